import type { SQSClientConfig } from '@aws-sdk/client-sqs'
import { type Attributes, failureOf, type OutgoingMessage } from '@lapse/core/ports'
import { boundedClient, type WithLimits } from './client-settings.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { once } from './once.ts'
import { gathered, type SendMessage, type SendTogether } from './sqs-gathered.ts'

/** SQS takes no more; ours come last, so what is dropped beyond that is the publisher's. */
const mostAttributes = 10

/** Puts messages on queues, several in one request. The SDK is loaded with the first message. */
export function sqsSend(config: WithLimits<SQSClientConfig> = {}): SendMessage {
  const client = once(async () => boundedClient((await import('./sqs-sdk.ts')).SQSClient, config))
  const failed = (queueUrl: string, error: unknown): never => {
    throw asMisconfiguration(error, `queue ${queueUrl}`)
  }
  const alone: SendMessage = async (queueUrl, message) => {
    const { SendMessageCommand } = await import('./sqs-sdk.ts')
    const command = new SendMessageCommand({ QueueUrl: queueUrl, ...contentOf(message) })
    await (await client()).send(command).catch((error: unknown) => failed(queueUrl, error))
  }
  const taken: Taken = async (queueUrl, messages) => {
    const { SendMessageBatchCommand } = await import('./sqs-sdk.ts')
    const Entries = messages.map((message, n) => ({ Id: String(n), ...contentOf(message) }))
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })
    const { Successful = [] } = await (await client()).send(command)
    return new Set(Successful.map(({ Id }) => Number(Id)))
  }
  return gathered(together(alone, taken, failed))
}

/** Which of some messages a queue has taken in one request, by their places. */
type Taken = (
  queueUrl: string,
  messages: readonly OutgoingMessage[],
) => Promise<ReadonlySet<number>>

/** What is not taken with others is sent by itself: what is wrong with one is then said of that one. */
function together(
  alone: SendMessage,
  taken: Taken,
  failed: (queueUrl: string, error: unknown) => never,
): SendTogether {
  return async (queueUrl, messages) => {
    const isTaken =
      messages.length === 1
        ? new Set<number>()
        : await taken(queueUrl, messages).catch((error: unknown) =>
            failureOf(error) === undefined ? new Set<number>() : failed(queueUrl, error),
          )
    return Promise.allSettled(
      messages.map(async (message, place) => {
        if (!isTaken.has(place)) await alone(queueUrl, message)
      }),
    )
  }
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
