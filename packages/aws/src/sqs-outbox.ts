import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import type { Outbox } from '@lapse/core/ports'
import type { WithLimits } from './client-settings.ts'
import { sqsSend } from './sqs-send.ts'

/** The queue a worker serves and its DLQ, by URL. */
export interface QueueUrls {
  readonly queueUrl: string
  readonly dlqUrl: string
}

/** Puts copies of messages on a queue or its DLQ. */
export function sqsOutbox(
  { queueUrl, dlqUrl }: QueueUrls,
  config: WithLimits<SQSClientConfig> = {},
): Outbox {
  const send = sqsSend(config)
  return {
    send: (message) => send(queueUrl, message),
    deadLetter: (message) => send(dlqUrl, message),
  }
}
