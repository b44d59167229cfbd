import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'
import type { Attributes, Outbox, OutgoingMessage } from '@lapse/core/ports'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

/** SQS takes no more; ours come last, so what is dropped beyond that is the publisher's. */
const mostAttributes = 10

/** The queue a worker serves and its DLQ, by URL. */
export interface QueueUrls {
  readonly queueUrl: string
  readonly dlqUrl: string
}

/** Puts copies of messages on a queue or its DLQ. The SDK is loaded with the first message. */
export function sqsOutbox({ queueUrl, dlqUrl }: QueueUrls, config: SQSClientConfig = {}): Outbox {
  const client = once(async () => new (await import('@aws-sdk/client-sqs')).SQSClient(config))
  return {
    send: async (message) => put(await client(), queueUrl, message),
    deadLetter: async (message) => put(await client(), dlqUrl, message),
  }
}

async function put(
  client: SQSClient,
  url: string,
  { body, attributes, delaySeconds }: OutgoingMessage,
): Promise<void> {
  const { SendMessageCommand } = await import('@aws-sdk/client-sqs')
  const command = new SendMessageCommand({
    QueueUrl: url,
    MessageBody: body,
    MessageAttributes: messageAttributes(attributes),
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
  })
  await client.send(command).catch((error: unknown) => {
    throw asMisconfiguration(error, `queue ${url}`)
  })
}

function messageAttributes(attributes: Attributes) {
  const kept = Object.entries(attributes).slice(-mostAttributes)
  return Object.fromEntries(
    kept.map(([name, value]) => [name, { DataType: 'String', StringValue: printable(value) }]),
  )
}

/** SQS refuses a whole message for one character that XML does not know, or for an empty value. */
function printable(value: string): string {
  return value.replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?') || '-'
}
