import type { Alarm } from './alarms.ts'
import { type FunctionTerms, functionOf, watchCount, watchFunction } from './function.ts'
import type { Key } from './key.ts'
import { type Link, link } from './links.ts'
import { allowProducers, createDlq, createQueue, sending } from './queue.ts'
import { componentName, serviceName } from './stage.ts'

/** AWS advises six timeouts: a message must not come again while its first delivery is retried. */
const timeoutSeconds = 60
const visibilityTimeoutSeconds = 6 * timeoutSeconds

/** Two is the least there is; Ory's rate limits are the same whatever the number. */
const maximumConcurrency = 2

/** A queue of one event, its DLQ, and what they are used with. */
export interface EventQueue {
  readonly stem: string
  readonly queue: sst.aws.Queue
  readonly dlq: sst.aws.Queue
  /** For whoever puts events on the queue. */
  readonly events: Link
  /** For the worker itself, which sends copies to its queue and to its DLQ. */
  readonly copies: Link
}

/** The two queues of one event: its function takes from both, so that no incident waits behind others. */
export interface EventQueues {
  readonly ordinary: EventQueue
  readonly incidents: EventQueue
}

export function createEventQueues(stem: string, key: Key, alarm: Alarm): EventQueues {
  return {
    ordinary: createEventQueue(stem, key, alarm),
    incidents: createEventQueue(`${stem}-incident`, key, alarm),
  }
}

/** Its policy is written by whoever knows all its producers. */
function createEventQueue(stem: string, key: Key, alarm: Alarm): EventQueue {
  const name = componentName(stem)
  // A publisher can fill it with what is refused: what nobody could foresee is heard of by
  // EventsGivenUp, at once, and this one reminds of what has lain there for a day.
  const dlq = createDlq(`${name}Dlq`, key, alarm, { periodSeconds: 3600, periods: 24 })
  allowProducers(`${name}Dlq`, dlq, [])
  const queue = createQueue(name, key, {
    visibilityTimeout: `${visibilityTimeoutSeconds} seconds`,
    dlq: { queue: dlq.arn, retry: 5 },
  })
  new aws.sqs.RedriveAllowPolicy(`${name}DlqSource`, {
    queueUrl: dlq.url,
    redriveAllowPolicy: $jsonStringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: [queue.arn],
    }),
  })
  alarm(`${name}Age`, {
    description: `${stem}: events wait; docs/runbook.md#events-wait`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    dimensions: { QueueName: queue.nodes.queue.name },
    statistic: 'Maximum',
    // Messages that are deferred wait for 15 minutes at a time.
    threshold: 30 * 60,
    periodSeconds: 300,
    periods: 2,
  })

  const variable = stem.toUpperCase().replaceAll('-', '_')
  return {
    stem,
    queue,
    dlq,
    events: link(`${name}Events`, {
      environment: { [`${variable}_QUEUE_URL`]: queue.url },
      permissions: sending([queue], key),
    }),
    copies: link(`${name}Copies`, {
      environment: { [`${variable}_QUEUE_URL`]: queue.url, [`${variable}_DLQ_URL`]: dlq.url },
      permissions: sending([queue, dlq], key),
    }),
  }
}

/** Has a function process the messages of both queues of an event. */
export function processMessages(
  { ordinary, incidents }: EventQueues,
  terms: Pick<FunctionTerms, 'key' | 'links' | 'environment' | 'settings' | 'vpc'> & {
    /** What is promised of events that nobody sent as hygiene. */
    readonly observedWithinMinutes?: number | undefined
  },
  alarm: Alarm,
): void {
  const { stem, queue } = ordinary
  const links = [ordinary.copies, incidents.copies, ...terms.links]
  const { observedWithinMinutes = 5, ...rest } = terms
  const worker = functionOf({ ...rest, stem, timeoutSeconds, links })
  const taking = { batch: { size: 10, partialResponses: true } }
  const eventSourceMapping = { scalingConfig: { maximumConcurrency } }
  const subscriber = queue.subscribe(worker, {
    ...taking,
    transform: {
      eventSourceMapping,
      // SST gives a subscriber five actions; Lambda's poller makes do with three.
      function: (args) => {
        args.permissions = [...worker.permissions, consuming([queue, incidents.queue])]
      },
    },
  })
  const made = subscriber.apply(({ nodes }) => nodes.function)
  incidents.queue.subscribe(
    made.apply(({ arn }) => arn),
    { ...taking, transform: { eventSourceMapping } },
  )
  const name = made.apply((lambda) => lambda.name)
  watchFunction(stem, name, alarm)
  watchCount(stem, 'ConfigurationErrors', alarm)
  watchCount(stem, 'EventsGivenUp', alarm)
  // Copies that wait are new to SQS, whose age of the oldest message knows nothing of it. They are
  // heard from every 15 minutes: a shorter period would see none of them now and then.
  watchCount(stem, 'WaitingSeconds', alarm, {
    statistic: 'Maximum',
    threshold: 30 * 60,
    periodSeconds: 1800,
  })
  // A message comes again after six minutes: twice in a row is twice in half an hour.
  watchCount(stem, 'VerificationFailures', alarm, { periods: 2, periodSeconds: 900 })
  for (const metric of lookedInto[stem] ?? []) watchCount(stem, metric, alarm)
  for (const lane of ['deletion', 'incident'] as const)
    alarm(`${componentName(stem)}EventToObserved${componentName(lane)}`, {
      description: `${stem}: events of the lane ${lane} were seen done too late; docs/runbook.md#event-to-observed`,
      namespace: 'lapse',
      metric: 'EventToObserved',
      dimensions: { service: serviceName(stem), lane },
      statistic: 'Maximum',
      threshold: observedWithinMinutes * 60_000,
      periodSeconds: 300,
    })
}

/** Of fewer, that most are unknown may be chance. */
const leastSubjects = 20

/**
 * An alarm on an hour in which of too many users nothing at all was known: each receipt says success,
 * and the mapping of subjects may be wrong all the same.
 *
 * @param percent as many may be unknown
 */
export function watchSubjects({ ordinary: { stem } }: EventQueues, percent: number, alarm: Alarm) {
  const of = (metric: string) => ({
    namespace: 'lapse',
    metric,
    dimensions: { service: serviceName(stem) },
  })
  alarm(`${componentName(stem)}SubjectsUnknown`, {
    description: `${stem}: of more than ${percent} % of users nothing was known; docs/runbook.md#subjects-unknown`,
    sums: { unknown: of('SubjectsUnknown'), all: of('SubjectsLookedFor') },
    expression: `IF(all >= ${leastSubjects} AND unknown * 100 > all * ${percent}, 1, 0)`,
    periodSeconds: 3600,
    periods: 1,
  })
}

/** What ends in a receipt, and is for a person to look into all the same. */
const lookedInto: Readonly<Record<string, readonly string[]>> = {
  'user-deleted': ['ReceiptsWithoutLook', 'EventsFromTheFuture'],
  'user-suspended': ['ReceiptsWithoutLook', 'EventsFromTheFuture'],
  'user-signed-out': ['ReceiptsWithoutLook', 'EventsFromTheFuture'],
  'app-offboarded': ['Superseded', 'GrantsStillTrusted'],
  'key-rotated': ['Superseded'],
}

function consuming(queues: readonly sst.aws.Queue[]) {
  return {
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: queues.map(({ arn }) => arn),
  }
}
