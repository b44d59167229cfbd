import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs'
import { awsProblem, regionProblem } from '../aws-problem.ts'
import { CommandError } from '../errors.ts'
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

/** A queue by its URL, and how it is reached. */
export interface SqsQueue {
  readonly url: string
  readonly config: SQSClientConfig
}

/** @param most how many messages at a time, up to 10 @throws CommandError, UsageError */
export function sqsDlq({ url, config }: SqsQueue, most = 10): Dlq & Disposable {
  const client = clientFor(url, config)
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
    send: ({ url, config }, { body, attributes }) => {
      const client = clients.get(url) ?? clientFor(url, config)
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

function clientFor(url: string, config: SQSClientConfig): SQSClient {
  // A queue's URL says where it is. The SDK thinks so too, but warns wherever it expected another host.
  const { origin: endpoint } = new URL(url)
  return new SQSClient({ ...patience, ...config, endpoint, useQueueUrlAsEndpoint: false })
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

const noSuchQueue = /^(QueueDoesNotExist|InvalidAddress|AWS\.SimpleQueueService\.NonExistentQueue)$/

/** AWS's own messages may quote what was signed, so only their names are told. */
function asking(url: string): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  return async (call) => {
    try {
      return await call()
    } catch (error) {
      const { name, code } = error as NodeJS.ErrnoException
      const { origin } = new URL(url)
      const options = { cause: error }
      const known =
        regionProblem(error) ??
        awsProblem({ name: code ?? name, asked: origin }, process.env, options)
      if (known !== undefined) throw known
      const problem = noSuchQueue.test(name)
        ? `there is no queue ${url}; check its variable, or --queue-url`
        : `${origin} did not answer as SQS would (${name}); check the URL of the queue`
      throw new CommandError(problem, options)
    }
  }
}
