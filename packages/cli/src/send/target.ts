import { CommandError, UsageError } from '../errors.ts'
import { type FoundPlace, findPlace } from '../place/find-place.ts'
import { checkedQueueUrl, queueIn, type SqsQueue } from '../sqs/queue.ts'
import type { QueueVariable } from './check-event.ts'

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
 * The queue that its variable names, reached as the AWS SDK is configured; without it that of the
 * `lapse dev` that runs here.
 *
 * @throws UsageError where neither is there, CommandError where `lapse dev` is gone
 */
export async function findTarget(
  queueVariable: QueueVariable,
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<Target> {
  const isNamed = (variables: typeof environment) => Boolean(variables[queueVariable])
  const place = await findPlace({ isNamed }, environment, directory)
  if (place === undefined)
    throw new UsageError(
      `no queue is known; start lapse dev here, or set ${queueVariable}, or give --stage`,
    )
  return targetIn(place, queueVariable)
}

/** The queue that a variable names in a place. @throws CommandError where it names none, UsageError */
export function targetIn(place: FoundPlace, queueVariable: QueueVariable): Target {
  const queueUrl = place.variables[queueVariable]
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

function nextAt({ by, stage }: FoundPlace): string {
  if (by === 'lapse dev') return 'the terminal of lapse dev shows the receipt'
  if (by === 'stage')
    return `lapse receipts list --stage ${stage} shows the receipt; what cannot be processed is in lapse dead-letters list --stage ${stage}`
  return 'the worker’s log says "done" with the receipt; what cannot be processed is on the DLQ with its lapse-reason'
}
