import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { ExampleEvent } from './example-events.ts'
import type { QueuePair, Stage } from './stage.ts'

/** A message as it lies on the DLQ. */
export interface DeadLetter {
  /** Why it is there; `lapse-reason`. */
  readonly reason: string
  /** What the message was called when it was sent; `lapse-message-id`. */
  readonly messageId: string
  /** Byte for byte as it was sent. */
  readonly body: string
}

/** An event, and what the messages that carry it are called, where we are the ones to send them. */
export interface SentEvent {
  readonly event: ExampleEvent
  readonly messageIds: readonly string[]
}

/** Sends an event as often as the story wants it. */
export async function sendEvent({ sqs, queues }: Stage, event: ExampleEvent): Promise<SentEvent> {
  const { body, times, queue } = event
  const { queueUrl } = queues[queue]
  const command = () => new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body })
  const sent = await Promise.all(Array.from({ length: times }, () => sqs.send(command())))
  return { event, messageIds: sent.map(({ MessageId = '' }) => MessageId) }
}

/** What the DLQs give away now. */
export async function readDeadLetters({ sqs, queues }: Stage): Promise<readonly DeadLetter[]> {
  const lying = await Promise.all(
    Object.values(queues).map(({ dlqUrl }) => receiveDeadLetters(sqs, dlqUrl)),
  )
  return lying.flat()
}

async function receiveDeadLetters(sqs: SQSClient, dlqUrl: string): Promise<readonly DeadLetter[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: dlqUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    reason: MessageAttributes['lapse-reason']?.StringValue ?? '',
    messageId: MessageAttributes['lapse-message-id']?.StringValue ?? '',
    body: Body,
  }))
}

const countNames = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

/** Whether everything is processed: nothing waits, nothing is in flight, nothing is delayed. */
export async function areQueuesEmpty({ sqs, queues }: Stage): Promise<boolean> {
  const empty = await Promise.all(Object.values(queues).map((pair) => isEmpty(sqs, pair)))
  return empty.every(Boolean)
}

async function isEmpty(sqs: SQSClient, { queueUrl }: QueuePair): Promise<boolean> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...countNames] }),
  )
  return countNames.every((name) => Attributes[name] === '0')
}
