import { dlqUrl, queueUrl } from '@lapse/aws/settings/queue-urls'
import { list } from '@lapse/aws/settings/texts'
import { sqsBatch } from '@lapse/aws/sqs-batch'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import type { Worker } from '@lapse/core/delivery'
import type { WorkflowEvent } from '@lapse/core/run'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { type AllServices, services } from './workflows.ts'

/** How many messages of a batch are processed at the same time. */
const concurrency = 5

/** What a function adds to all this: how its messages read, and what is done about them. */
type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation, AllServices>,
  'parse' | 'passesOver' | 'workflow' | 'redact'
>

/** The Lambda handler of the queue with this name. */
export function queueHandler<Event extends WorkflowEvent, Observation>(
  stem: string,
  work: Work<Event, Observation>,
) {
  const outbox = () =>
    sqsOutbox({ queueUrl: queueUrl(environment, stem), dlqUrl: dlqUrl(environment, stem) })
  const sources = () => list(environment, 'EVENT_SOURCES')
  return sqsBatch(() => ({ ...work, sources, outbox: outbox(), services, clock, log, metrics }), {
    concurrency,
  })
}
