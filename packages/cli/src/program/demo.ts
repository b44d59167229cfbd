import type { Command } from 'commander'

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play the whole story once: users with tokens, events, receipts')
    .option('--json', 'print one JSON document instead of the story')
    .action(async (options) => (await import('../commands/demo.ts')).demo(options))
}
