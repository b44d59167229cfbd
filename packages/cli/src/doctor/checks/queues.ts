import { durationText } from '../../output/duration.ts'
import { type QueuePair, queuePairs } from '../../site/queues.ts'
import type { Site } from '../../site/site.ts'
import { isNoSuchQueue } from '../../sqs/problem.ts'
import { type Check, cannotTell, type Outcome, type Problem, unless, well } from '../check.ts'

/** A queue of events as SQS describes it. */
export interface QueueSeen extends QueuePair {
  /** By SQS's own names; `undefined` where its variable is not set. */
  readonly queue: Readonly<Record<string, string>> | undefined
  readonly dlq: Readonly<Record<string, string>> | undefined
  /** Whether its variable names one that SQS does not have. */
  readonly isQueueGone: boolean
  readonly isDlqGone: boolean
}

/** Six times the sixty seconds that a worker has, as AWS advises. */
const leastVisibilitySeconds = 360
/** Fewer receives, and one bad minute of AWS dead-letters what nothing is wrong with. */
const leastReceives = 3
/** Messages wait for up to twelve days, and the copy that waits last may wait on the queue itself. */
const leastRetentionSeconds = 4 * 86_400

export const queues: Check<readonly QueueSeen[]> = {
  name: 'queues',
  about: 'SQS: queues of events',
  read: readPairs,
  judge: (pairs) => {
    const missing = pairs.filter(({ queueUrl }) => queueUrl === undefined)
    const known = pairs.filter(({ queue }) => queue !== undefined)
    return unless(
      pairs.flatMap(problemsOf),
      rest(missing.map(({ queueVariable }) => queueVariable)),
    )

    function rest([first, ...others]: readonly string[]): Outcome {
      if (first === undefined) return well(`all ${known.length} are as they should be`)
      return cannotTell(
        `${others.length + 1} of ${pairs.length} are not known: ${first} is not set`,
      )
    }
  },
}

/** Both queues of every pair, as far as their variables are set. */
export async function readPairs({ aws, variables }: Site): Promise<readonly QueueSeen[]> {
  return Promise.all(
    queuePairs(variables).map(async (pair) => {
      const { queueUrl, dlqUrl } = pair
      const [queue, dlq] = await Promise.all([lookedAt(queueUrl), lookedAt(dlqUrl)])
      return {
        ...pair,
        queue: queue.has,
        dlq: dlq.has,
        isQueueGone: queue.isGone,
        isDlqGone: dlq.isGone,
      }
    }),
  )

  async function lookedAt(url: string | undefined) {
    if (url === undefined) return { has: undefined, isGone: false }
    try {
      return { has: await aws.queue(url), isGone: false }
    } catch (error) {
      if (!isNoSuchQueue(error)) throw error
      return { has: undefined, isGone: true }
    }
  }
}

function problemsOf(seen: QueueSeen): readonly Problem[] {
  const { name, queue, dlq, queueUrl, dlqUrl, queueVariable } = seen
  if (seen.isQueueGone)
    return [{ says: `${name}: there is no queue ${queueUrl}`, todo: whereGone(queueVariable) }]
  if (queue === undefined) return []
  if (queueUrl === dlqUrl)
    return [{ says: `${name}: queue and DLQ are the same`, todo: 'give each variable its own URL' }]
  const { deadLetterTargetArn, maxReceiveCount } = redrivePolicy(queue)
  const found: [boolean, string, string][] = [
    [
      deadLetterTargetArn === undefined,
      'has no DLQ: what fails is tried until it is too old, and then is gone',
      'give it a redrive policy',
    ],
    [
      deadLetterTargetArn !== undefined &&
        dlq !== undefined &&
        deadLetterTargetArn !== dlq['QueueArn'],
      'moves what fails to another queue than the DLQ that the functions know',
      'set its redrive policy and its DLQ variable to the same queue',
    ],
    [
      maxReceiveCount < leastReceives,
      `moves a message to its DLQ after ${maxReceiveCount} receives`,
      'set maxReceiveCount to 5',
    ],
    [
      numberIn(queue, 'VisibilityTimeout') < leastVisibilitySeconds,
      `hides a message for ${queue['VisibilityTimeout']} s, in which a worker may not be done`,
      `set its visibility timeout to ${leastVisibilitySeconds} s`,
    ],
    [
      numberIn(queue, 'MessageRetentionPeriod') < leastRetentionSeconds,
      `keeps messages for ${retentionOf(queue)}`,
      'set its retention to 14 days',
    ],
    [
      queue['FifoQueue'] === 'true',
      'is a FIFO queue, where one message that waits holds up all behind it',
      'make a standard queue',
    ],
  ]
  return found.flatMap(([is, says, todo]) => (is ? [{ says: `${name} ${says}`, todo }] : []))
}

/** What to do about a queue or a DLQ that SQS does not have. */
export function whereGone(variable: string): string {
  return `deploy, or set ${variable} to the right one`
}

/** SQS's own default where the policy does not say how often. */
function redrivePolicy(queue: Readonly<Record<string, string>>): {
  readonly deadLetterTargetArn: string | undefined
  readonly maxReceiveCount: number
} {
  const policy = JSON.parse(queue['RedrivePolicy'] || '{}') as {
    readonly deadLetterTargetArn?: string
    readonly maxReceiveCount?: number | string
  }
  const { deadLetterTargetArn, maxReceiveCount = leastReceives } = policy
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) }
}

export function numberIn(queue: Readonly<Record<string, string>>, name: string): number {
  return Number(queue[name] ?? Number.NaN)
}

/** For how long it keeps messages: in days, and in what is less where it is less. */
export function retentionOf(queue: Readonly<Record<string, string>>): string {
  const seconds = numberIn(queue, 'MessageRetentionPeriod')
  if (seconds < 86_400) return durationText(seconds * 1000)
  const days = (seconds / 86_400).toFixed(1).replace(/\.0$/, '')
  return days === '1' ? '1 day' : `${days} days`
}
