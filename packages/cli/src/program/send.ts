import type { Command } from 'commander'
import { atStage } from './stage.ts'

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
    .action(async (file, options) => (await import('../commands/send.ts')).send(file, options))
}
