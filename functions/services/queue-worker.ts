import { sqsAccess } from '@lapse/aws/settings/clients'
import { publisherLanes } from '@lapse/aws/settings/lanes'
import { dlqUrl, incidentStem, isQueue, queueUrl } from '@lapse/aws/settings/queue-urls'
import { list } from '@lapse/aws/settings/texts'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import type { Worker } from '@lapse/core/delivery'
import type { LaneRule } from '@lapse/core/lane'
import type { WorkflowEvent } from '@lapse/core/run'
import { concurrency } from './concurrency.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { optimizeParserLater } from './parser-tiering.ts'
import { type AllServices, services } from './workflows.ts'

/**
 * Every message needs both: they are loaded while Lambda starts the function, which has a whole
 * processor then, and not while its first message waits.
 */
await Promise.all([import('@lapse/aws/sqs-sdk'), import('@lapse/aws/secrets-manager-sdk')])
optimizeParserLater()

/** What a function adds to all this: how its messages read, and what is done about them. */
type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation, AllServices>,
  'parse' | 'parseDerived' | 'passesOver' | 'workflow'
>

/**
 * The Lambda handler of the queue with this name, and of that for its incidents. Copies of a message,
 * whatever they are for, stay on the queue and the DLQ that it came from.
 */
export function queueHandler<Event extends WorkflowEvent, Observation>(
  stem: string,
  work: Work<Event, Observation>,
) {
  const sources = () => list(environment, 'EVENT_SOURCES')
  const incidents = incidentStem(stem)
  return sqsBatch(
    (queueArn) => {
      const isIncident = isQueue(queueArn, queueUrl(environment, incidents))
      const own = isIncident ? incidents : stem
      const urls = { queueUrl: queueUrl(environment, own), dlqUrl: dlqUrl(environment, own) }
      const outbox = sqsOutbox(urls, sqsAccess(environment, urls.queueUrl))
      const lanes = (): LaneRule => (isIncident ? 'incident' : publisherLanes(environment))
      return { ...work, lanes, sources, outbox, services, clock, log, metrics }
    },
    { concurrency },
  )
}
