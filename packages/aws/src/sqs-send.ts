import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import type { Attributes, OutgoingMessage } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { type Sending, together } from './gathered.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'
import { gathered, type SendMessage } from './sqs-gathered.ts'
import { overUndici } from './undici-handler.ts'

/** SQS takes no more; ours come last, so what is dropped beyond that is the publisher's. */
const mostAttributes = 10

/** Puts messages on queues, several in one request. The SDK is loaded with the first message. */
export function sqsSend(config: WithLimits<SQSClientConfig> = {}): SendMessage {
  const client = once(async () =>
    boundedClient((await import('./sqs-sdk.ts')).SQSClient, overUndici(config)),
  )
  const failed = (queueUrl: string, error: unknown): never => {
    throw asMisconfiguration(error, `queue ${queueUrl}`)
  }
  const sending = (queueUrl: string): Sending<OutgoingMessage, void> => ({
    async alone(message) {
      const { SendMessageCommand } = await import('./sqs-sdk.ts')
      const command = new SendMessageCommand({ QueueUrl: queueUrl, ...contentOf(message) })
      await (await client()).send(command).catch((error: unknown) => failed(queueUrl, error))
    },
    async done(messages) {
      const { SendMessageBatchCommand } = await import('./sqs-sdk.ts')
      const Entries = messages.map((message, n) => ({ Id: String(n), ...contentOf(message) }))
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })
      const { Successful = [] } = await (await client()).send(command)
      return new Map(Successful.map(({ Id }) => [Number(Id), undefined]))
    },
  })
  return gathered((queueUrl, messages) =>
    together(sending(queueUrl))(messages).catch((error: unknown) => failed(queueUrl, error)),
  )
}

function contentOf({ body, attributes, delaySeconds }: OutgoingMessage) {
  return {
    MessageBody: body,
    MessageAttributes: messageAttributes(attributes),
    ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
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
