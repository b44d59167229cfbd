import type { Command } from 'commander'
import { type Examples, examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

const left: Examples = [['lapse verify user-deleted --subject alice', 'what is left of alice']]

export function addVerify(program: Command): void {
  const verify = program
    .command('verify')
    .description('look at Ory now, and say what is left; nothing is changed')
    .addHelpText('after', examples(left))
  atStage(verify.command('user-deleted'))
    .description('what Ory lists of a user who was deleted, and what nobody can see')
    .option('--subject <subject>', 'the OAuth2 subject; - reads it from standard input')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'ORY_ADMIN_URL says where Ory is; ORY_API_KEY is needed for Ory Network only. Without it, it is the lapse dev that runs here; --stage has a deployed stage say it. The exit code is 1 where a consent, a session at the identity provider or an API key is listed, and 0 where none is; what was not looked at is named, and does not count.',
      ),
    )
    .addHelpText('after', examples(left))
    .action(async (options) =>
      (await import('../commands/verify-user-deleted.ts')).verifyUserDeleted(options),
    )
}
