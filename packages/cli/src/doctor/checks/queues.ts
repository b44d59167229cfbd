import { type QueuePair, queuePairs } from '../../site/queues.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, type Problem, unless, well } from '../check.ts'

/** A queue of events as SQS describes it. */
export interface QueueSeen extends QueuePair {
  /** By SQS's own names; `undefined` where its variable is not set. */
  readonly queue: Readonly<Record<string, string>> | undefined
  readonly dlq: Readonly<Record<string, string>> | undefined
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
      const [queue, dlq] = await Promise.all([
        queueUrl === undefined ? undefined : aws.queue(queueUrl),
        dlqUrl === undefined ? undefined : aws.queue(dlqUrl),
      ])
      return { ...pair, queue, dlq }
    }),
  )
}

function problemsOf({ name, queue, dlq, queueUrl, dlqUrl }: QueueSeen): readonly Problem[] {
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
      `keeps messages for ${daysOf(queue)} days`,
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

export function daysOf(queue: Readonly<Record<string, string>>): string {
  return (numberIn(queue, 'MessageRetentionPeriod') / 86_400).toFixed(1).replace(/\.0$/, '')
}
