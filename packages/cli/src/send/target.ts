import { type DevFile, findRunningDev } from '../dev-file.ts'
import { CommandError, UsageError } from '../errors.ts'
import { localAws } from '../place.ts'
import { checkedQueueUrl, queueAt, type SqsQueue } from '../sqs/queue.ts'
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
  const queueUrl = environment[queueVariable]
  if (queueUrl) return targetNamed(queueVariable, queueUrl)

  const dev = await findRunningDev(directory)
  if (dev === undefined) {
    throw new UsageError(`no queue is known; start lapse dev here, or set ${queueVariable}`)
  }
  return targetOfDev(queueVariable, dev)
}

/** The queue with the URL that its variable holds. @throws UsageError where that is not one */
export function targetNamed(queueVariable: QueueVariable, queueUrl: string): Target {
  return {
    queueUrl,
    queueVariable,
    config: queueAt(checkedQueueUrl(queueVariable, queueUrl)).config,
    next: 'the worker’s log says "done" with the receipt; what cannot be processed is on the DLQ with its lapse-reason',
  }
}

/** That of a `lapse dev`. @throws CommandError where it has none */
export function targetOfDev(queueVariable: QueueVariable, { environment }: DevFile): Target {
  const queueUrl = environment[queueVariable]
  if (!queueUrl) {
    throw new CommandError(
      'the lapse dev that runs here has no queue for this type; start it again',
    )
  }
  return {
    queueUrl,
    queueVariable,
    config: localAws(environment),
    next: 'the terminal of lapse dev shows the receipt',
  }
}
