import { type Command, Option } from 'commander'
import { type Examples, examples, helpText } from '../output/help.ts'

const ofUsers: Examples = [
  ['lapse example user.deleted --subject bob > event.json', 'an event in a file'],
  ['lapse example user.deleted | lapse send', 'to the lapse dev that runs here'],
]

export function addExample(program: Command): void {
  const example = program
    .command('example')
    .description('print an event with an id, a time and a key of now, ready for lapse send')
    .addHelpText('after', helpText('What it names by itself is what lapse dev --seed has made.'))
    .addHelpText('after', examples(ofUsers))
  example
    .command('user.deleted')
    .description('a user is gone')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login', 'alice')
    .addHelpText('after', examples(ofUsers))
    .action(async (options) => (await import('../commands/example.ts')).printUserDeleted(options))
  example
    .command('user.suspended')
    .description('a user may not sign in until further notice')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login', 'alice')
    .addHelpText(
      'after',
      examples([['lapse example user.suspended | lapse send', 'to the lapse dev that runs here']]),
    )
    .action(async (options) => (await import('../commands/example.ts')).printUserSuspended(options))
  example
    .command('user.signed-out')
    .description('a user was signed out everywhere, and may sign in again')
    .option('--subject <subject>', 'the OAuth2 subject, as accepted at login', 'alice')
    .addHelpText(
      'after',
      examples([['lapse example user.signed-out | lapse send', 'to the lapse dev that runs here']]),
    )
    .action(async (options) => (await import('../commands/example.ts')).printUserSignedOut(options))
  example
    .command('app.offboarded')
    .description('an app, or every app of an owner, is offboarded')
    .option('--client-id <id>', 'one OAuth 2.0 client (default: "mail")')
    .option('--owner <owner>', 'every client of an owner instead')
    .addOption(
      new Option('--mode <mode>', 'what happens to it')
        .choices(['delete', 'suspend', 'restore', 'reset'])
        .default('suspend'),
    )
    .option('--issuer <url>', 'a trusted issuer that goes with it, with --mode delete')
    .addHelpText(
      'after',
      examples([
        ['lapse example app.offboarded --client-id notes --mode delete', 'an app that goes'],
        ['lapse example app.offboarded | lapse send', 'suspends an app of lapse dev --seed'],
      ]),
    )
    .action(async (options) => (await import('../commands/example.ts')).printAppOffboarded(options))
  example
    .command('key.rotated')
    .description('a trusted issuer signs with a new key')
    .option('--issuer <url>', 'the issuer', 'https://partner.example')
    .option('--subject <subject>', 'for whom it may speak', 'partner-service')
    .addHelpText(
      'after',
      examples([['lapse example key.rotated | lapse send', 'to the lapse dev that runs here']]),
    )
    .action(async (options) => (await import('../commands/example.ts')).printKeyRotated(options))
}
