import { randomUUID } from 'node:crypto'
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

type Input = Readonly<Record<string, unknown>>

/** What SQS answers where it does not do what it is asked, by the name of its error. */
export class MoveError extends Error {
  override readonly name: 'ResourceNotFoundException' | 'InvalidParameterValue'

  constructor(name: MoveError['name'], message: string) {
    super(message)
    this.name = name
  }
}

/** SQS knows where a message came from only if it has moved it to the DLQ itself. */
class UnknownSource extends Error {
  override readonly name = 'CouldNotDetermineMessageSource'
}

interface Task {
  readonly handle: string
  readonly source: string
  /** Where each message came from, as SQS knows it, if it is missing. */
  readonly destination: string | undefined
  readonly startedAt: number
  readonly toMove: number
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED'
  moved: number
  failure?: string
}

/** SQS' three actions on tasks that move messages off a DLQ, each by its name. */
export type MessageMoves = Readonly<Record<string, (input: Input) => Promise<object>>>

/** How many tasks of a queue SQS tells of, unless it is asked for more. */
const defaultResults = 1

/**
 * The tasks of one SQS, over its other actions: a task receives what is visible on the DLQ, sends it
 * on, and deletes it. It moves as fast as it can, whatever `MaxNumberOfMessagesPerSecond` says.
 */
export function messageMoves(client: SQSClient): MessageMoves {
  const tasks: Task[] = []
  return {
    StartMessageMoveTask: async ({ SourceArn, DestinationArn }) => {
      const source = await urlOf(SourceArn, client)
      await insistOnDlq(SourceArn, client)
      if (DestinationArn !== undefined) await urlOf(DestinationArn, client)
      const task: Task = {
        handle: randomUUID(),
        source: String(SourceArn),
        destination: DestinationArn === undefined ? undefined : String(DestinationArn),
        startedAt: Date.now(),
        toMove: Number(await attributeOf(source, 'ApproximateNumberOfMessages', client)),
        status: 'RUNNING',
        moved: 0,
      }
      tasks.unshift(task)
      void move(task, source, client)
      return { TaskHandle: task.handle }
    },
    ListMessageMoveTasks: async ({ SourceArn, MaxResults = defaultResults }) => {
      await urlOf(SourceArn, client)
      const ofQueue = tasks.filter(({ source }) => source === SourceArn)
      return { Results: ofQueue.slice(0, Number(MaxResults)).map(told) }
    },
    CancelMessageMoveTask: async ({ TaskHandle }) => {
      const task = tasks.find(({ handle }) => handle === TaskHandle)
      if (task === undefined) throw new MoveError('ResourceNotFoundException', 'no such task')
      if (task.status !== 'RUNNING')
        throw new MoveError('InvalidParameterValue', 'Only active tasks can be cancelled.')
      task.status = 'CANCELLED'
      return { ApproximateNumberOfMessagesMoved: task.moved }
    },
  }
}

function told(task: Task): object {
  const { handle, source, destination, startedAt, toMove, status, moved, failure } = task
  return {
    ...(status === 'RUNNING' && { TaskHandle: handle }),
    ...(destination !== undefined && { DestinationArn: destination }),
    ...(failure !== undefined && { FailureReason: failure }),
    Status: status,
    SourceArn: source,
    ApproximateNumberOfMessagesMoved: moved,
    ApproximateNumberOfMessagesToMove: toMove,
    StartedTimestamp: startedAt,
  }
}

async function move(task: Task, source: string, client: SQSClient): Promise<void> {
  try {
    while (task.status === 'RUNNING') {
      const { Messages: [message] = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: source,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'],
        }),
      )
      if (message === undefined) task.status = 'COMPLETED'
      else await moveOne(message, task, source, client)
    }
  } catch (error) {
    task.status = 'FAILED'
    task.failure = error instanceof Error ? error.name : 'unknown'
  }
}

/** Sent first and deleted then, so that it is twice somewhere and never nowhere. */
async function moveOne(message: Message, task: Task, source: string, client: SQSClient) {
  const { Body, MessageAttributes, ReceiptHandle, Attributes = {} } = message
  const destination = task.destination ?? Attributes['DeadLetterQueueSourceArn']
  if (destination === undefined) throw new UnknownSource()
  const QueueUrl = await urlOf(destination, client)
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: Body, MessageAttributes }))
  await client.send(new DeleteMessageCommand({ QueueUrl: source, ReceiptHandle }))
  task.moved += 1
}

/** @throws MoveError where there is no such queue */
async function urlOf(arn: unknown, client: SQSClient): Promise<string> {
  const QueueName = String(arn).split(':').at(-1)
  const found = await client.send(new GetQueueUrlCommand({ QueueName })).catch(() => undefined)
  const url = found?.QueueUrl
  if (url !== undefined && (await attributeOf(url, 'QueueArn', client)) === arn) return url
  throw new MoveError(
    'ResourceNotFoundException',
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  )
}

/** @throws MoveError where nothing redrives to the queue */
async function insistOnDlq(arn: unknown, client: SQSClient): Promise<void> {
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}))
  const policies = await Promise.all(
    QueueUrls.map((url) => attributeOf(url, 'RedrivePolicy', client)),
  )
  const isDlq = policies.some((policy) => policy !== undefined && targetOf(policy) === arn)
  if (isDlq) return
  throw new MoveError(
    'InvalidParameterValue',
    'Source queue must be configured as a Dead Letter Queue.',
  )
}

function targetOf(policy: string): unknown {
  return (JSON.parse(policy) as { readonly deadLetterTargetArn?: unknown }).deadLetterTargetArn
}

async function attributeOf(
  QueueUrl: string,
  name: 'QueueArn' | 'RedrivePolicy' | 'ApproximateNumberOfMessages',
  client: SQSClient,
): Promise<string | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] })
  return (await client.send(command)).Attributes?.[name]
}
