import type { Command } from 'commander'
import { examples } from '../output/help.ts'

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play the whole story once: users with tokens, events, receipts')
    .option('--json', 'print one JSON document instead of the story')
    .addHelpText(
      'after',
      examples([
        ['lapse demo', 'some half a minute, and nothing is left running'],
        ['lapse demo --json', 'what came of it, for a program'],
      ]),
    )
    .action(async (options) => (await import('../commands/demo.ts')).demo(options))
}
