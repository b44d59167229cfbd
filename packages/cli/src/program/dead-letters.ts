import type { Command } from 'commander'
import { examples, helpText } from '../output/help.ts'
import { atStage } from './stage.ts'
import { count } from './values.ts'

const deadLettersHelp = helpText(
  'The DLQs are those that <TYPE>_DLQ_URL names, and messages go back to <TYPE>_QUEUE_URL, as the functions have them; USER_EVENTS_DLQ_URL, ORY_EVENTS_DLQ_URL, USER_EVENTS_RULE_DLQ_URL and SWEEP_DLQ_URL name those of topics, the rule and the sweep. With none of these they are those of the lapse dev that runs here; --stage has them say themselves. plan, close and redrive ask Ory and the ledger, as lapse plan does; redrive leaves what plan calls refused, unless it is named by its id or --refused is given. redrive goes at the pace of ORY_RATE_LIMITS, if that is set. Nothing shows a subject but show --body.',
)

export function addDeadLetters(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('what is on the DLQs: look, plan again, send back, close, drop')
    .addHelpText('after', deadLettersHelp)
    .addHelpText(
      'after',
      examples([
        ['lapse dead-letters list', 'what is there, and why'],
        ['lapse dead-letters plan', 'what a redrive would come to'],
        ['lapse dead-letters redrive --reason max-receives', 'what failed, back to its queue'],
      ]),
    )
  onDlqs(deadLetters.command('list'))
    .description('what is there, by queue, reason and event')
    .addHelpText(
      'after',
      examples([['lapse dead-letters list --stage production', 'of a deployed stage']]),
    )
    .action(async (options) =>
      (await import('../commands/dead-letters-list.ts')).listDeadLetters(options),
    )
  onDlqs(deadLetters.command('show'))
    .description('one message, or each that is meant')
    .argument('[message-id]', 'its id on the DLQ')
    .option('--body', 'print the body as well, which may hold a subject')
    .addHelpText(
      'after',
      examples([['lapse dead-letters show --queue user-deleted', 'each that is there']]),
    )
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-show.ts')).showDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('plan'))
    .description('what a redrive would come to: moot, same, changed or refused; nothing is changed')
    .argument('[message-id]', 'its id on the DLQ')
    .addHelpText(
      'after',
      examples([['lapse dead-letters plan --reason deferred-too-long', 'what waited too long']]),
    )
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-plan.ts')).planDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('redrive'))
    .description('send messages back to their queue, each deleted once the queue has its copy')
    .argument('[message-id]', 'its id on the DLQ')
    .option(
      '--rate <n>',
      "so many messages a minute, and not as many as Ory's rate limit allows",
      count,
    )
    .option('--dry-run', 'send nothing, and say what would be sent')
    .option('--again', 'also what was redriven twice before')
    .option(
      '--refused',
      'also what its worker would refuse again; Ory and the ledger are not asked',
    )
    .addHelpText(
      'after',
      examples([
        ['lapse dead-letters redrive --dry-run', 'what would be sent'],
        ['lapse dead-letters redrive --queue user-deleted --rate 60', 'one a second'],
      ]),
    )
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-redrive.ts')).redriveDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('close'))
    .description('delete what is moot, each with a receipt that says so; the rest is refused')
    .argument('[message-id]', 'its id on the DLQ')
    .addHelpText(
      'after',
      examples([['lapse dead-letters close --queue user-deleted', 'what has its receipt already']]),
    )
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-close.ts')).closeDeadLetters(messageId, options),
    )
  onDlqs(deadLetters.command('drop'))
    .description("delete messages of one DLQ for good, once the queue's name is typed out")
    .argument('[message-id]', 'its id on the DLQ')
    .addHelpText(
      'after',
      examples([
        [
          'lapse dead-letters drop --queue user-deleted --reason unexpected-type',
          'asks for the name',
        ],
      ]),
    )
    .action(async (messageId, options) =>
      (await import('../commands/dead-letters-drop.ts')).dropDeadLetters(messageId, options),
    )
}

function onDlqs(command: Command): Command {
  return atStage(command)
    .option(
      '--queue <name>',
      'of this queue only: user-deleted, user-deleted-incident, user-events and so on',
    )
    .option('--queue-url <url>', "any DLQ by its URL: a topic's, a rule's, a function's")
    .option('--reason <reason>', 'only with this reason, or what stands before its colon')
    .option('--json', 'print one JSON document')
}
