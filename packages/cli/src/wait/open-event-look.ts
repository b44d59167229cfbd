import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ledgerKeys } from '@lapse/aws/ledger-keys'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { required } from '@lapse/aws/settings/texts'
import { type CircuitState, circuitKey, closed, projectAt } from '@lapse/core/budget'
import { systemClock } from '@lapse/core/ports'
import { locateRow, type RowServices, type WorkflowRow } from '@lapse/core/run'
import { describe, type Read, readEvent } from '../dead-letters/described.ts'
import { reasonOf } from '../dead-letters/lines.ts'
import { workflowOf } from '../dead-letters/plan-letter.ts'
import { type DeadLetterPlace, findDeadLetters, type NamedDlq } from '../dead-letters/queues.ts'
import { sqsDlq } from '../dead-letters/sqs-dlq.ts'
import { walk } from '../dead-letters/walk.ts'
import { UsageError } from '../errors.ts'
import { timeText } from '../output/time.ts'
import { unavailableProblem } from '../plan/plan-problem.ts'
import type { QueueVariable } from '../send/check-event.ts'
import type { Target } from '../send/target.ts'
import { clientFor } from '../sqs/client.ts'
import type { EventLook } from './event-outcome.ts'

/** The stage that was named, and the folder where a `lapse dev` may run. */
export interface Where {
  readonly stage: string | undefined
  readonly directory: string
}

/**
 * What there is to look at for an event that goes to a queue. Opened before it is sent, so that what
 * is missing is told then.
 * @throws UsageError where no ledger is known
 */
export async function openEventLook(
  body: string,
  target: Target,
  where: Where,
): Promise<EventLook> {
  const place = await placeOf(target.queueVariable, where)
  const { variables, ledger: at } = place
  if (!variables['LEDGER_TABLE'] || !variables['LEDGER_KEY_SECRET_ID'])
    throw new UsageError(
      '--wait looks into the ledger: set LEDGER_TABLE and LEDGER_KEY_SECRET_ID, as the functions have them',
    )
  const table = required(variables, 'LEDGER_TABLE')
  const keyId = required(variables, 'LEDGER_KEY_SECRET_ID')
  const read = readEvent(body, variables)
  if (!('event' in read)) throw new UsageError('--wait is for an event that a worker takes')
  const keys = await ledgerKeys(keyId, secretsManager(at.secretsManager)).catch(unavailableProblem)
  const clock = systemClock
  const services: RowServices = {
    ...keys,
    clock,
    ledger: dynamoDbLedger<WorkflowRow>(table, clock, at.dynamoDb),
  }
  const workflow = workflowOf(read, variables)
  const find = (event: Read['event']) => locateRow(workflow, event, { pass: 'first' }, services)
  const circuits = dynamoDbLedger<CircuitState>(table, clock, at.dynamoDb)
  const [dlq] = place.dlqs
  const { blank } = await find(read.event).catch(unavailableProblem)

  return {
    row: async () => (await find(read.event).catch(unavailableProblem)).stored?.row,
    deadLetter: async () =>
      dlq &&
      findLetter(dlq, place, async (event) => (await find(event)).key.event === blank.event.key),
    async unbegun() {
      const { ORY_ADMIN_URL = '' } = variables
      const stored = await circuits.read(circuitKey(projectAt(ORY_ADMIN_URL)))
      const { openUntil } = stored?.row ?? closed
      if (openUntil > clock.now())
        return `no worker has begun it: Ory is down, and is looked at again at ${timeText(openUntil)}`
      return `no worker has begun it; ${await depthOf(target)}`
    },
  }
}

/** With the DLQ of the queue, where that is known. */
async function placeOf(
  variable: QueueVariable,
  { stage, directory }: Where,
): Promise<DeadLetterPlace> {
  const queue = variable
    .replace(/_QUEUE_URL$/, '')
    .toLowerCase()
    .replaceAll('_', '-')
  try {
    return await findDeadLetters({ queue, stage }, process.env, directory)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return {
      ...(await findDeadLetters({ queueUrl: anyQueue, stage }, process.env, directory)),
      dlqs: [],
    }
  }
}

/** Only the place is of interest. */
const anyQueue = 'https://sqs.us-east-1.amazonaws.com/0/none'

async function findLetter(
  named: NamedDlq,
  { variables }: DeadLetterPlace,
  isMeant: (event: Read['event']) => Promise<boolean>,
) {
  using dlq = sqsDlq(named)
  const found: { letter?: { reason: string; messageId: string } } = {}
  await walk(
    dlq,
    async (letter) => {
      const described = describe(letter, named, variables)
      const { read } = described
      if ('event' in read && read.stem === named.stem && (await isMeant(read.event)))
        found.letter = { reason: reasonOf(described), messageId: letter.messageId }
      return 'kept'
    },
    () => found.letter !== undefined,
  )
  return found.letter
}

/** What is on the queue, which may be why nobody has begun it. */
async function depthOf({ queueUrl, config }: Target): Promise<string> {
  const client = clientFor({ url: queueUrl, config }, { maxAttempts: 2 })
  try {
    const command = new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    })
    const { Attributes = {} } = await client.send(command)
    const of = (what: '' | 'NotVisible' | 'Delayed') =>
      Attributes[`ApproximateNumberOfMessages${what}`] ?? '0'
    return `on the queue are ${of('')} to be taken, ${of('NotVisible')} taken, ${of('Delayed')} deferred`
  } catch {
    return 'how full the queue is cannot be told'
  } finally {
    client.destroy()
  }
}
