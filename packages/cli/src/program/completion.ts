import { Argument, type Command } from 'commander'
import { examples } from '../output/help.ts'

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what a shell reads to complete commands and options of lapse')
    .addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples([
        ['lapse completion bash > ~/.local/share/bash-completion/completions/lapse', 'bash'],
        ['lapse completion zsh > ~/.zsh/_lapse', 'zsh, where that folder is in fpath'],
        ['lapse completion fish > ~/.config/fish/completions/lapse.fish', 'fish'],
      ]),
    )
    .action(async (shell) => (await import('../commands/completion.ts')).completion(shell, program))
}
