import { type Command, Option } from 'commander'
import type { UserOptions } from '../commands/plan-user.ts'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

const planHelp = helpText(
  'ORY_ADMIN_URL says where Ory is; ORY_API_KEY is needed for Ory Network only. LEDGER_TABLE and LEDGER_KEY_SECRET_ID say where the ledger is, and PROTECTED_* what is protected, as the functions have them. With none of these it is the lapse dev that runs here; --stage has a deployed stage say all of it.',
)

export function addPlan(program: Command): void {
  const plan = program
    .command('plan')
    .description(
      'ask what a worker would ask, and print what it would say and do; nothing is changed',
    )
    .addHelpText(
      'after',
      examples([
        ['lapse plan user-deleted --subject alice', 'what would be done, in order'],
        ['lapse plan key-rotated event.json', 'what a worker would say of this event'],
      ]),
    )
  addUser(plan, 'user-deleted', 'were deleted', async (file, options) =>
    (await import('../commands/plan-user.ts')).planUserDeleted(file, options),
  )
  addUser(plan, 'user-suspended', 'were suspended', async (file, options) =>
    (await import('../commands/plan-user.ts')).planUserSuspended(file, options),
  )
  addUser(plan, 'user-signed-out', 'were signed out everywhere', async (file, options) =>
    (await import('../commands/plan-user.ts')).planUserSignedOut(file, options),
  )
  atStage(plan.command('app-offboarded'))
    .description('what would be done if this app, or every app of an owner, were offboarded')
    .argument('[file]', 'an event as JSON, instead of the options; - reads standard input')
    .option('--client-id <id>', 'one OAuth 2.0 client')
    .option('--owner <owner>', 'every client of an owner')
    .addOption(
      new Option('--mode <mode>', 'what happens to it').choices([
        'delete',
        'suspend',
        'restore',
        'reset',
      ]),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse plan app-offboarded --client-id notes --mode delete', 'an app that goes'],
        ['lapse plan app-offboarded --owner "Mail Co" --mode suspend', 'all apps of an owner'],
      ]),
    )
    .action(async (file, options) =>
      (await import('../commands/plan-app-offboarded.ts')).planAppOffboarded(file, options),
    )
  atStage(plan.command('key-rotated'))
    .description("what would be done if this trusted issuer's key were rotated")
    .argument('<file>', 'the event as JSON; - reads standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .addHelpText(
      'after',
      examples([['lapse plan key-rotated event.json', 'what a worker would say of it']]),
    )
    .action(async (file, options) =>
      (await import('../commands/plan-key-rotated.ts')).planKeyRotated(file, options),
    )
}

/** @param what happens to the user */
function addUser(
  plan: Command,
  name: string,
  what: string,
  act: (file: string | undefined, options: UserOptions) => Promise<void>,
): void {
  atStage(plan.command(name))
    .description(`what would be done if this user ${what}`)
    .argument('[file]', 'an event as JSON, instead of a subject; - reads standard input')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login')
    .option('--json', 'print one JSON document')
    .addHelpText('after', planHelp)
    .addHelpText(
      'after',
      examples([
        [`lapse plan ${name} --subject alice`, 'at the lapse dev that runs here'],
        [`lapse plan ${name} event.json --stage production`, 'of an event, at a stage'],
      ]),
    )
    .action(act)
}
