import type { Command } from 'commander'
import { examples } from '../output/help.ts'

/** Commander's own shows the program's help, or none, for a command that is not there. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('show the help of a command')
    .argument('[command...]', 'the words of the command')
    .addHelpText('after', examples([['lapse help plan user-deleted', 'the help of this command']]))
    .action(async (words: readonly string[]) => (await named(program, words)).help())
}

async function named(command: Command, words: readonly string[]): Promise<Command> {
  const [word, ...others] = words
  if (word === undefined) return command
  const inner = command.commands.find((one) => one.name() === word)
  if (inner !== undefined) return named(inner, others)
  // A command that has others does nothing by itself, and says what it does not know.
  if (command.commands.length > 0) await command.parseAsync([word], { from: 'user' })
  return command.error('error: too many words; this command has no others')
}
