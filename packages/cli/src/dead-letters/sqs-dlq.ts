import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { clientFor } from '../sqs/client.ts'
import { type QueueWords, sqsProblem } from '../sqs/problem.ts'
import type { SqsQueue } from '../sqs/queue.ts'
import type { Copy, Dlq, Letter } from './dlq.ts'

/** A person waits, so a server that is not there is given up on within seconds. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 20_000 },
}

/** Long enough to send a copy of each of ten; should this process die, nobody waits for longer. */
const hiddenSeconds = 60

/** A queue that is asked with a short poll may say nothing although something is there. */
const longPollSeconds = 1

/** @param most how many messages at a time, up to 10 @throws CommandError, UsageError */
export function sqsDlq(queue: SqsQueue, most = 10): Dlq & Disposable {
  const { url } = queue
  const client = clientFor(queue, patience)
  const ask = asking(url)
  return {
    receive: () =>
      ask(async () => {
        const command = new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: most,
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: longPollSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        })
        return ((await client.send(command)).Messages ?? []).map(letterOf)
      }),
    remove: ({ receiptHandle }) =>
      ask(async () => {
        await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }))
      }),
    release: (letters) =>
      ask(async () => {
        for (let from = 0; from < letters.length; from += 10) {
          const Entries = letters.slice(from, from + 10).map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }))
          // One whose minute is over is visible already, and SQS says so of each by itself.
          await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }))
        }
      }),
    [Symbol.dispose]: () => client.destroy(),
  }
}

/** Puts copies on queues; each returns once the queue has it. */
export interface Sender extends Disposable {
  /** @returns `false` where SQS takes no such message, now or ever @throws CommandError, UsageError */
  send(queue: SqsQueue, copy: Copy): Promise<boolean>
}

export function sqsSender(): Sender {
  const clients = new Map<string, SQSClient>()
  return {
    send: (queue, { body, attributes }) => {
      const { url } = queue
      const client = clients.get(url) ?? clientFor(queue, patience)
      clients.set(url, client)
      return asking(url)(async () => {
        const command = new SendMessageCommand({
          QueueUrl: url,
          MessageBody: body,
          MessageAttributes: attributes,
        })
        return client.send(command).then(
          () => true,
          (error: Error) => {
            if (/^(InvalidParameterValue|InvalidMessageContents)/.test(error.name)) return false
            throw error
          },
        )
      })
    },
    [Symbol.dispose]: () => {
      for (const client of clients.values()) client.destroy()
    },
  }
}

function letterOf({
  MessageId,
  ReceiptHandle,
  Body,
  Attributes,
  MessageAttributes,
}: Message): Letter {
  const attributes = MessageAttributes ?? {}
  const texts = Object.entries(attributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  )
  return {
    messageId: String(MessageId),
    receiptHandle: String(ReceiptHandle),
    body: Body ?? '',
    attributes,
    texts: Object.fromEntries(texts),
    sentAt: Number(Attributes?.SentTimestamp),
  }
}

const words: QueueWords = {
  queue: 'its variable, or --queue-url',
  did: 'answer',
  server: 'the URL of the queue',
}

function asking(url: string): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  return async (call) => {
    try {
      return await call()
    } catch (error) {
      throw sqsProblem(error, url, words)
    }
  }
}
