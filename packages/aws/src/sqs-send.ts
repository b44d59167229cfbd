import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import type { Attributes, OutgoingMessage } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'

/** SQS takes no more; ours come last, so what is dropped beyond that is the publisher's. */
const mostAttributes = 10

/** Puts a message on the queue with this URL; returns only when the queue has it. */
export type SendMessage = (queueUrl: string, message: OutgoingMessage) => Promise<void>

/** Puts messages on queues. The SDK is loaded with the first message. */
export function sqsSend(config: WithLimits<SQSClientConfig> = {}): SendMessage {
  const client = once(async () => boundedClient((await import('./sqs-sdk.ts')).SQSClient, config))
  return async (queueUrl, { body, attributes, delaySeconds }) => {
    const { SendMessageCommand } = await import('./sqs-sdk.ts')
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: messageAttributes(attributes),
      ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
    })
    await (await client()).send(command).catch((error: unknown) => {
      throw asMisconfiguration(error, `queue ${queueUrl}`)
    })
  }
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
