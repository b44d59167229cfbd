import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

export function addDoctor(program: Command): void {
  atStage(program.command('doctor'))
    .description('whether everything is as it should be: Ory, AWS, settings; reads only')
    .option(
      '--ory-config <file>',
      "Ory's own configuration in JSON, as ory get oauth2-config prints it: what its API does not tell",
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'Each check is well, wrong with what to do, or cannot be told with why. It goes by the settings of the functions, by those of the lapse dev that runs here, or by what the stage says that --stage names. Nothing is written, and no call is taken from those that revocations need (hydra-admin-low). It ends with 1 where something is wrong.',
      ),
    )
    .addHelpText(
      'after',
      examples([
        ['lapse doctor', 'of the lapse dev that runs here'],
        ['lapse doctor --stage production', 'of a deployed stage'],
      ]),
    )
    .action(async (options) => (await import('../commands/doctor.ts')).doctor(options))
}
