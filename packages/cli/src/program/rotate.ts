import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'
import { duration } from './values.ts'

export function addRotate(program: Command): void {
  atStage(program.command('rotate'))
    .description("rotate a client's secret by hand, or see how every secret stands")
    .argument('[secret]', "the secret's name or ARN, as ROTATED_SECRETS has it")
    .option('--status', 'a verdict on every secret, what to do next, and how it stands')
    .option('--rollback', 'give AWSCURRENT back to the version before, while the overlap lasts')
    .option('--repair', 'set a credential right that Ory does not accept any more')
    .option('--new-key', 'with --repair: a client that authenticates by a key gets a new one')
    .option('--wait', 'end with the receipt of the rotation, or with what stands in its way')
    .option(
      '--timeout <duration>',
      'with --wait: look for so long, such as 90s or 1h; 5m',
      duration,
    )
    .option('--json', 'print one JSON document; what is asked is on standard error')
    .addHelpText(
      'after',
      helpText(
        'It goes by the settings of the functions, by those of the lapse dev that runs here, or by what the stage says that --stage names.',
      ),
    )
    .addHelpText(
      'after',
      examples([
        ['lapse rotate --status --stage production', 'how every secret stands'],
        ['lapse rotate app/notes', 'a new secret for this client, now'],
        ['lapse rotate app/notes --rollback', 'back to the one before, in the overlap'],
        ['lapse rotate app/notes --repair', 'what Ory does not accept any more'],
      ]),
    )
    .action(async (secret, options) =>
      (await import('../commands/rotate.ts')).rotate(secret, options),
    )
}
