import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'

export function addStatus(program: Command): void {
  atStage(program.command('status'))
    .description('what waits and until when, what is open, what rings: on one screen; reads only')
    .option('--watch', 'draw it anew every five seconds, until Ctrl-C')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      helpText(
        'It goes by the settings of the functions, by those of the lapse dev that runs here, or by what the stage says that --stage names. When a lane is done is reckoned: as many calls for each event as events took of late (three, where nobody knows), at the pace of ORY_RATE_LIMITS, behind whoever stands in line. Events are messages that wait or were put off, for 15 minutes at most each time; second passes whose time has not come are not among them. lapse doctor says whether everything is as it should be.',
      ),
    )
    .addHelpText(
      'after',
      examples([
        ['lapse status --watch', 'of the lapse dev that runs here, until Ctrl-C'],
        ['lapse status --stage production', 'of a deployed stage'],
      ]),
    )
    .action(async (options) => (await import('../commands/status.ts')).status(options))
}
