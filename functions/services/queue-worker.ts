import { sqsBatch } from '@lapse/aws/sqs-batch'
import { sqsOutbox } from '@lapse/aws/sqs-outbox'
import type { Worker, WorkflowEvent } from '@lapse/core/workflows'
import { clock, log, metrics } from './observability.ts'
import { dlqUrl, queueUrl } from './queue-urls.ts'
import { services } from './workflows.ts'

/** How many messages of a batch are worked on at the same time. */
const concurrency = 5

/** What a function adds to all this: how its messages read, and what is done about them. */
type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation>,
  'parse' | 'workflow' | 'redact'
>

/** The Lambda handler of the queue with this name. */
export function worksOff<Event extends WorkflowEvent, Observation>(
  stem: string,
  work: Work<Event, Observation>,
) {
  const outbox = () => sqsOutbox({ queueUrl: queueUrl(stem), dlqUrl: dlqUrl(stem) })
  return sqsBatch(() => ({ ...work, outbox: outbox(), services, clock, log, metrics }), {
    concurrency,
  })
}
