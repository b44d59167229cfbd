import { commandAt } from '../../place/command-at.ts'
import { type Check, cannotTell, type Problem, unless, well } from '../check.ts'
import { numberIn, type QueueSeen, readPairs, retentionOf, whereGone } from './queues.ts'

/** What a person gets to only after the weekend has to be there still. */
const leastRetentionSeconds = 14 * 86_400

export const dlqs: Check<readonly QueueSeen[]> = {
  name: 'dlqs',
  about: 'SQS: DLQs',
  read: readPairs,
  judge: (pairs, where = {}) => {
    const [missing] = pairs.filter(({ dlqUrl }) => dlqUrl === undefined)
    const waiting = pairs.reduce(
      (sum, { dlq }) => sum + numberIn(dlq ?? {}, 'ApproximateNumberOfMessages') || sum,
      0,
    )
    const messages = waiting === 1 ? '1 message is' : `${waiting} messages are`
    const there =
      waiting === 0
        ? 'and nothing is there'
        : `and ${messages} there: ${commandAt(where, 'lapse dead-letters list')}`
    return unless(
      pairs.flatMap(problemsOf),
      missing === undefined
        ? well(`all ${pairs.length} keep messages for 14 days, ${there}`)
        : cannotTell(`${missing.dlqVariable} is not set`),
    )
  },
}

function problemsOf({ name, dlq, dlqUrl, dlqVariable, isDlqGone }: QueueSeen): readonly Problem[] {
  if (isDlqGone)
    return [{ says: `${name}: there is no DLQ ${dlqUrl}`, todo: whereGone(dlqVariable) }]
  if (dlq === undefined) return []
  const problems: Problem[] = []
  if (dlq['RedrivePolicy'])
    problems.push({
      says: `the DLQ of ${name} has a redrive policy of its own: who looks into it often enough moves its messages on`,
      todo: 'take the redrive policy from the DLQ',
    })
  if (numberIn(dlq, 'MessageRetentionPeriod') < leastRetentionSeconds)
    problems.push({
      says: `the DLQ of ${name} keeps messages for ${retentionOf(dlq)}`,
      todo: 'set its retention to 14 days',
    })
  return problems
}
