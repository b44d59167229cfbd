import type { Command } from 'commander'
import { helpText } from '../output/help.ts'
import { atStage } from './stage.ts'
import { count } from './values.ts'

const deadLettersHelp = helpText(
  'The DLQs are those that <TYPE>_DLQ_URL names, and messages go back to <TYPE>_QUEUE_URL, as the functions have them; with none of these they are those of the lapse dev that runs here; --stage has them say themselves. plan asks Ory and the ledger, as lapse plan does. Nothing shows a subject but show --body.',
)

export function addDeadLetters(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('what is on the DLQs: look, plan again, send back, drop')
    .addHelpText('after', deadLettersHelp)
  onDlqs(deadLetters.command('list'))
    .description('what is there, by queue, reason and event')
    .action(async (options) =>
      (await import('../commands/dead-letters-list.ts')).listDeadLetters(options),
    )
  onDlqs(deadLetters.command('show'))
    .description('one message, or each that is meant')
    .argument('[message-id]', 'its id on the DLQ')
    .option('--body', 'print the body as well, which may hold a subject')
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-show.ts')).showDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('plan'))
    .description('what a redrive would come to: moot, same, changed or refused; nothing is changed')
    .argument('[message-id]', 'its id on the DLQ')
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-plan.ts')).planDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('redrive'))
    .description('send messages back to their queue, each deleted once the queue has its copy')
    .argument('[message-id]', 'its id on the DLQ')
    .option('--rate <n>', 'so many messages a minute', count)
    .option('--dry-run', 'send nothing, and say what would be sent')
    .option('--again', 'also what was redriven twice before')
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-redrive.ts')).redriveDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('drop'))
    .description("delete messages of one DLQ for good, once the queue's name is typed out")
    .argument('[message-id]', 'its id on the DLQ')
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-drop.ts')).dropDeadLetters(messageId, options),
    )
}

function onDlqs(command: Command): Command {
  return atStage(command)
    .option('--queue <name>', 'of this queue only: user-deleted, user-deleted-incident and so on')
    .option('--queue-url <url>', "any DLQ by its URL: a topic's, a rule's, a function's")
    .option('--reason <reason>', 'only with this reason, or what stands before its colon')
    .option('--json', 'print one JSON document')
}
