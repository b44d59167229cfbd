import type { Command } from 'commander'
import { examples } from '../output/help.ts'
import { detachText } from './detach.ts'

export function addDev(program: Command): void {
  program
    .command('dev')
    .description('start everything on this machine and stay up')
    .option('--free-ports', 'take any free ports, not 4444, 4445 and 4566 to 4569')
    .option(
      '--seed',
      "with the demo's users, apps, sessions, issuer and secrets, for events to end",
    )
    .option(
      '--json',
      'print one line of JSON when all is ready; what happens then is on standard error',
    )
    .option('--detach', detachText)
    .addHelpText(
      'after',
      examples([
        ['lapse dev --seed', 'with users, apps and secrets to send events about'],
        ['lapse dev --free-ports --json', 'beside another, for a program'],
      ]),
    )
    .action(async (options) => (await import('../commands/dev.ts')).dev(options))
}
