import { CommandError, UsageError } from '../errors.ts'
import { commandAt } from '../place/command-at.ts'
import { type FoundPlace, findPlace, type StageOption } from '../place/find-place.ts'
import { checkedQueueUrl, queueIn, type SqsQueue } from '../sqs/queue.ts'
import { eventVariableOf, type QueueVariable } from './check-event.ts'

/** A queue, how to reach it, and where its worker can be watched. */
export interface Target {
  readonly queueUrl: string
  /** The variable that names it. */
  readonly queueVariable: QueueVariable
  readonly config: SqsQueue['config']
  /** What a person looks at after sending. */
  readonly next: string
}

/**
 * Where an event goes, and so by whose settings it is read: the stage that is named; the environment,
 * where it names a queue of the event's type; or else the `lapse dev` that runs here.
 *
 * @throws CommandError where `lapse dev` is gone, UsageError
 */
export function findSendPlace(
  body: string,
  { stage }: StageOption,
  environment: FoundPlace['variables'],
  directory: string,
): Promise<FoundPlace | undefined> {
  const type = eventVariableOf(body)
  const isNamed = (variables: typeof environment) =>
    type === undefined ||
    Boolean(variables[`${type}_QUEUE_URL`] || variables[`${type}_INCIDENT_QUEUE_URL`])
  return findPlace({ stage, isNamed }, environment, directory)
}

/**
 * The queue that a variable names in a place, reached as the AWS SDK is configured.
 * @throws CommandError where it names none, UsageError
 */
export function targetIn(place: FoundPlace | undefined, queueVariable: QueueVariable): Target {
  const queueUrl = place?.variables[queueVariable]
  if (place === undefined || (place.by === 'environment' && !queueUrl))
    throw new UsageError(
      `no queue is known; start lapse dev here, or set ${queueVariable}, or give --stage`,
    )
  const where = place.by === 'stage' ? `the stage ${place.stage}` : 'the lapse dev that runs here'
  if (!queueUrl)
    throw new CommandError(
      `${where} has no queue for this type; ${place.by === 'stage' ? 'deploy it' : 'start it'} again`,
    )
  return {
    queueUrl,
    queueVariable,
    config: queueIn(place, checkedQueueUrl(queueVariable, queueUrl)).config,
    next: nextAt(place),
  }
}

function nextAt({ by, ...place }: FoundPlace): string {
  if (by === 'lapse dev') return 'the terminal of lapse dev shows the receipt'
  if (by === 'stage')
    return `${commandAt(place, 'lapse receipts list')} shows the receipt; what cannot be processed is in ${commandAt(place, 'lapse dead-letters list')}`
  return 'the worker’s log says "done" with the receipt; what cannot be processed is on the DLQ with its lapse-reason'
}
