import type { Command } from 'commander'
import { examples } from '../output/help.ts'
import { atStage } from './stage.ts'
import { duration } from './values.ts'

export function addSend(program: Command): void {
  atStage(program.command('send'))
    .description(
      "put an event on the queue of its type: lapse dev's, that of a stage, or the one <TYPE>_QUEUE_URL names",
    )
    .argument('[file]', 'the event as JSON; - or none reads standard input')
    .option(
      '--lane <lane>',
      'who goes first: incident, deletion or hygiene; an incident has a queue',
    )
    .option('--wait', 'end with the receipt, or with what stands in its way')
    .option(
      '--timeout <duration>',
      'with --wait: look for so long, such as 90s or 1h; 5m',
      duration,
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples([
        ['lapse example user.deleted | lapse send', 'to the lapse dev that runs here'],
        ['lapse send event.json --lane incident --stage production', 'before all that waits'],
      ]),
    )
    .action(async (file, options) => (await import('../commands/send.ts')).send(file, options))
}
