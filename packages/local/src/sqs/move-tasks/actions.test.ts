import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createQueueWithDlq } from '../queues.ts'
import { startSqs } from '../server.ts'

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

async function start() {
  const sqs = await startSqs()
  const client = new SQSClient({
    region: 'us-east-1',
    endpoint: sqs.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  onTestFinished(async () => {
    client.destroy()
    await sqs.stop()
  })
  const options = { name: 'letters', visibilityTimeoutSeconds: 30, maxReceiveCount: 1 }
  const { queue, dlq } = await createQueueWithDlq(client, options)
  await client.send(new CreateQueueCommand({ QueueName: 'other' }))
  const receive = async (QueueUrl: string) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    return (await client.send(command)).Messages ?? []
  }
  const send = (QueueUrl: string, MessageBody: string) =>
    client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
      }),
    )
  return { client, queue, dlq, receive, send }
}

type Running = Awaited<ReturnType<typeof start>>

/** Sends a message and receives it once too often. */
async function deadLetter({ client, queue, receive, send }: Running, body: string) {
  const { MessageId } = await send(queue.url, body)
  const [message] = await receive(queue.url)
  const { ReceiptHandle } = message ?? {}
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  )
  expect(await receive(queue.url)).toEqual([])
  return MessageId
}

async function sendMany({ client, dlq }: Running, count: number) {
  const entries = Array.from({ length: count }, (_, index) => ({
    Id: String(index),
    MessageBody: 'x',
  }))
  for (let from = 0; from < count; from += 10) {
    const Entries = entries.slice(from, from + 10)
    await client.send(new SendMessageBatchCommand({ QueueUrl: dlq.url, Entries }))
  }
}

const startTask = ({ client, dlq }: Running, input = {}) =>
  client.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn, ...input }))

const list = async ({ client, dlq }: Running, MaxResults?: number) =>
  (await client.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn, MaxResults }))).Results

const finished = (running: Running) =>
  vi.waitFor(
    async () => {
      const [task] = (await list(running)) ?? []
      expect(task?.Status).not.toBe('RUNNING')
      return task
    },
    { timeout: 60_000 },
  )

test('moves messages back to where SQS moved them from, as new ones', async () => {
  const running = await start()
  const id = await deadLetter(running, 'hello 👋')

  await startTask(running)
  const task = await finished(running)

  expect(task).toEqual({
    SourceArn: running.dlq.arn,
    Status: 'COMPLETED',
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 1,
    StartedTimestamp: expect.any(Number),
  })
  const [message, ...others] = await running.receive(running.queue.url)
  expect(others).toEqual([])
  expect(message).toMatchObject({
    Body: 'hello 👋',
    MessageAttributes: { colour: { StringValue: 'red' } },
    Attributes: { ApproximateReceiveCount: '1' },
  })
  expect(message?.MessageId).not.toBe(id)
  expect(await running.receive(running.dlq.url)).toEqual([])
})

test('moves what was sent to the DLQ itself only where it is told whereto', async () => {
  const running = await start()
  await running.send(running.dlq.url, 'written by the worker')

  await startTask(running)
  expect(await finished(running)).toMatchObject({
    Status: 'FAILED',
    FailureReason: 'CouldNotDetermineMessageSource',
    ApproximateNumberOfMessagesMoved: 0,
  })

  await startTask(running, { DestinationArn: running.queue.arn })
  expect(await finished(running)).toMatchObject({
    Status: 'COMPLETED',
    DestinationArn: running.queue.arn,
    ApproximateNumberOfMessagesMoved: 1,
  })
  expect((await running.receive(running.queue.url)).map(({ Body }) => Body)).toEqual([
    'written by the worker',
  ])
  expect(await list(running, 10)).toHaveLength(2)
})

test('leaves a message that somebody has received', async () => {
  const running = await start()
  await running.send(running.dlq.url, 'read by a person')
  await running.receive(running.dlq.url)

  await startTask(running, { DestinationArn: running.queue.arn })

  expect(await finished(running)).toMatchObject({
    Status: 'COMPLETED',
    ApproximateNumberOfMessagesToMove: 0,
  })
})

test('moves a message that was received and can be again', async () => {
  const running = await start()
  await running.send(running.dlq.url, 'looked at')
  const look = { QueueUrl: running.dlq.url, VisibilityTimeout: 0 }
  expect((await running.client.send(new ReceiveMessageCommand(look))).Messages).toHaveLength(1)

  await startTask(running, { DestinationArn: running.queue.arn })

  expect(await finished(running)).toMatchObject({ ApproximateNumberOfMessagesMoved: 1 })
})

test('runs one task of a source at a time, which can be cancelled by its handle', async () => {
  const running = await start()
  // At one a second they last longer than a test may.
  await sendMany(running, 40)
  const slowly = { DestinationArn: running.queue.arn, MaxNumberOfMessagesPerSecond: 1 }

  const { TaskHandle } = await startTask(running, slowly)
  const second = startTask(running, slowly)
  await expect(second).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message:
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
  })
  expect(await list(running)).toMatchObject([
    { Status: 'RUNNING', TaskHandle, MaxNumberOfMessagesPerSecond: 1 },
  ])
  const cancelled = await running.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBeLessThan(40)

  await expect(
    running.client.send(new CancelMessageMoveTaskCommand({ TaskHandle })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  expect((await list(running))?.[0]).not.toHaveProperty('TaskHandle')
})

const handle = (taskId: string, sourceArn: string) =>
  Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64')
const dlqArn = arnOf('letters-dlq')
const gone = (name: string) =>
  `The resource that you specified for the ${name} parameter doesn't exist.`

test.each([
  [
    'a source that is no DLQ',
    new StartMessageMoveTaskCommand({ SourceArn: arnOf('letters') }),
    'InvalidParameterValue',
    'Source queue must be configured as a Dead Letter Queue.',
  ],
  [
    'a source that does not exist',
    new StartMessageMoveTaskCommand({ SourceArn: arnOf('lettres') }),
    'ResourceNotFoundException',
    gone('SourceArn'),
  ],
  [
    'a destination that does not exist',
    new StartMessageMoveTaskCommand({ SourceArn: dlqArn, DestinationArn: arnOf('lettres') }),
    'ResourceNotFoundException',
    gone('DestinationArn'),
  ],
  [
    'too many messages a second',
    new StartMessageMoveTaskCommand({ SourceArn: dlqArn, MaxNumberOfMessagesPerSecond: 501 }),
    'InvalidParameterValue',
    'Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500.',
  ],
  [
    'no source',
    new StartMessageMoveTaskCommand({ SourceArn: '' }),
    'MissingParameter',
    'The request must contain the parameter SourceArn.',
  ],
  [
    'tasks of a source that does not exist',
    new ListMessageMoveTasksCommand({ SourceArn: arnOf('lettres') }),
    'ResourceNotFoundException',
    gone('SourceArn'),
  ],
  [
    'more tasks than there are to tell',
    new ListMessageMoveTasksCommand({ SourceArn: dlqArn, MaxResults: 11 }),
    'InvalidParameterValue',
    'Value 11 for parameter MaxResults is invalid. Reason: Must be between 1 and 10.',
  ],
  [
    'a handle that is none',
    new CancelMessageMoveTaskCommand({ TaskHandle: 'foobared' }),
    'InvalidParameterValue',
    'Value for parameter TaskHandle is invalid.',
  ],
  [
    'a handle of a source that does not exist',
    new CancelMessageMoveTaskCommand({ TaskHandle: handle('t', arnOf('lettres')) }),
    'ResourceNotFoundException',
    gone('SourceArn'),
  ],
  [
    'a handle of a task that does not exist',
    new CancelMessageMoveTaskCommand({ TaskHandle: handle('t', dlqArn) }),
    'ResourceNotFoundException',
    'Task does not exist.',
  ],
])('refuses %s as AWS does', async (_, command, name, message) => {
  const { client } = await start()
  const failure = await client.send(command as StartMessageMoveTaskCommand).catch((error) => error)

  expect(failure).toMatchObject({ name, message })
  expect(failure.$metadata.httpStatusCode).toBe(name === 'ResourceNotFoundException' ? 404 : 400)
})
