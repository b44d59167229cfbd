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

async function named(
  program: Command,
  words: readonly string[],
  command = program,
): Promise<Command> {
  const [word, ...others] = words
  if (word === undefined) return command
  const inner = command.commands.find((one) => one.name() === word)
  if (inner !== undefined) return named(program, others, inner)
  // The program does nothing by itself but to say what it does not know, and what is like it.
  if (command === program) await program.parseAsync([word], { from: 'user' })
  return command.error(`error: unknown command '${word}'`)
}
