import type { Command } from 'commander'
import { helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

export function addRotate(program: Command): void {
  atStage(program.command('rotate'))
    .description("rotate a client's secret by hand, or see how every secret stands")
    .argument('[secret]', "the secret's name or ARN, as ROTATED_SECRETS has it")
    .option('--status', 'a verdict on every secret, what to do next, and how it stands')
    .option('--rollback', 'give AWSCURRENT back to the version before, while the overlap lasts')
    .option('--repair', 'set a credential right that Ory does not accept any more')
    .option('--new-key', 'with --repair: a client that authenticates by a key gets a new one')
    .option('--json', 'with --status: print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'It goes by the settings of the functions, by those of the lapse dev that runs here, or by what the stage says that --stage names.',
      ),
    )
    .action(async (secret, options) =>
      (await import('../commands/rotate.ts')).rotate(secret, options),
    )
}
