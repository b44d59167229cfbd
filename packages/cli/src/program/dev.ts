import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { detachText } from './detach.ts'

const devHelp = helpText(
  'With ORY_ADMIN_URL and ORY_PUBLIC_URL set, and ORY_API_KEY if it wants one, an Ory that runs on this machine takes the place of the emulated one, and events end what is there.',
)

export function addDev(program: Command): void {
  const dev = program
    .command('dev')
    .description('start everything on this machine and stay up')
    .option('--free-ports', 'take any free ports, not 4444, 4445 and 4566 to 4570')
    .option(
      '--seed',
      "with the demo's users, apps, sessions, issuer and secrets, for events to end",
    )
    .option(
      '--json',
      'print one line of JSON when all is ready; what happens then is on standard error',
    )
    .option(
      '--fault <name>',
      'begin with an Ory that fails: ory-down, unauthorized, 429, slow or lying-204',
    )
    .option('--detach', detachText)
    .addHelpText('after', devHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse dev --seed', 'with users, apps and secrets to send events about'],
        ['lapse dev --fault ory-down', 'with an Ory that fails'],
        ['lapse dev --free-ports --json', 'beside another, for a program'],
      ]),
    )
    .action(async (options) => (await import('../commands/dev.ts')).dev(options))
  dev
    .command('fault')
    .description('make the emulated Ory of the lapse dev that runs here fail, or well again')
    .argument('<name>', 'ory-down, unauthorized, 429, slow, lying-204, or none')
    .addHelpText(
      'after',
      examples([
        ['lapse dev fault ory-down', 'nobody answers at Ory'],
        ['lapse dev fault none', 'it is well again'],
      ]),
    )
    .action(async (name) => (await import('../commands/dev-fault.ts')).devFault(name))
}
