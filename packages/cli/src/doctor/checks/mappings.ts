import type { Mapping } from '../../site/aws/functions.ts'
import { CannotTell } from '../../site/cannot-tell.ts'
import { queuePairs } from '../../site/queues.ts'
import type { Site } from '../../site/site.ts'
import { type Check, type Problem, unless, well } from '../check.ts'

/** What takes messages from a queue. */
export interface ServedSeen {
  readonly name: string
  readonly mappings: readonly Mapping[]
}

export const mappings: Check<readonly ServedSeen[]> = {
  name: 'event-source-mappings',
  about: 'Lambda: event source mappings',
  read: readMappings,
  judge: (served) =>
    unless(
      served.flatMap(problemsOf),
      well(`${served.length} ${served.length === 1 ? 'queue is' : 'queues are'} received from`),
    ),
}

/** @throws CannotTell where no queue is known, or none is served by Lambda */
export async function readMappings({
  aws,
  variables,
  isDev,
}: Site): Promise<readonly ServedSeen[]> {
  if (isDev) throw new CannotTell('lapse dev receives from its queues itself')
  const known = queuePairs(variables).flatMap(({ name, queueUrl }) =>
    queueUrl === undefined ? [] : [{ name, queueUrl }],
  )
  if (known.length === 0)
    throw new CannotTell('no queue is known: USER_DELETED_QUEUE_URL is not set')
  return Promise.all(
    known.map(async ({ name, queueUrl }) => {
      const { QueueArn = '' } = await aws.queue(queueUrl)
      return { name, mappings: await aws.mappings(QueueArn) }
    }),
  )
}

function problemsOf({ name, mappings }: ServedSeen): readonly Problem[] {
  if (mappings.length === 0)
    return [{ says: `nothing receives from ${name}: its events wait`, todo: 'deploy the stack' }]
  return mappings.flatMap(({ functionName, state, reportsItems, reason }) => {
    const problems: Problem[] = []
    if (!/^(Enabled|Enabling|Updating|Creating)$/.test(state))
      problems.push({
        says: `the event source mapping from ${name} to ${functionName} is ${state}${reason ? ` (${reason})` : ''}`,
        todo: 'enable it: aws lambda update-event-source-mapping --enabled --uuid …',
      })
    if (!reportsItems)
      problems.push({
        says: `the event source mapping from ${name} to ${functionName} knows whole batches only: one message that fails has all of them come again`,
        todo: 'give it ReportBatchItemFailures, or deploy the stack',
      })
    return problems
  })
}
