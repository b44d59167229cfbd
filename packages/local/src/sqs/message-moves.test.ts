import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { createQueueWithDlq } from './queues.ts'
import { startSqs } from './server.ts'

async function startQueues() {
  const { endpoint, stop } = await startSqs()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials })
  onTestFinished(async () => {
    client.destroy()
    await stop()
  })
  const options = { name: 'letters', visibilityTimeoutSeconds: 30, maxReceiveCount: 5 }
  return { client, ...(await createQueueWithDlq(client, options)) }
}

const reason = { 'lapse-reason': { DataType: 'String', StringValue: 'no-such-client' } }

test('moves everything on a DLQ to the queue that is named, attributes included', async () => {
  const { client, queue, dlq } = await startQueues()
  const bodies = Array.from({ length: 12 }, (_, index) => `letter ${index} 😀`)
  for (const MessageBody of bodies) {
    await client.send(
      new SendMessageCommand({ QueueUrl: dlq.url, MessageBody, MessageAttributes: reason }),
    )
  }

  const started = await client.send(
    new StartMessageMoveTaskCommand({ SourceArn: dlq.arn, DestinationArn: queue.arn }),
  )
  const moved = await receive(client, queue.url, bodies.length)
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: dlq.url }))

  expect(started.TaskHandle).toMatch(/./)
  expect(moved.map(({ Body }) => Body).toSorted()).toEqual(bodies.toSorted())
  expect(moved[0]?.MessageAttributes).toMatchObject(reason)
  expect(Messages).toBeUndefined()
  expect(await statusOf(client, dlq.arn)).toEqual({
    Status: 'COMPLETED',
    SourceArn: dlq.arn,
    DestinationArn: queue.arn,
    ApproximateNumberOfMessagesMoved: 12,
    ApproximateNumberOfMessagesToMove: 12,
    StartedTimestamp: expect.any(Number),
  })
  await expect(
    client.send(new CancelMessageMoveTaskCommand({ TaskHandle: started.TaskHandle })),
  ).rejects.toThrow('Only active tasks can be cancelled.')
})

test('cannot tell where a message came from that SQS did not move itself', async () => {
  const { client, dlq } = await startQueues()
  await client.send(new SendMessageCommand({ QueueUrl: dlq.url, MessageBody: 'a letter' }))

  await client.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn }))

  expect(await statusOf(client, dlq.arn)).toMatchObject({
    Status: 'FAILED',
    FailureReason: 'CouldNotDetermineMessageSource',
    ApproximateNumberOfMessagesMoved: 0,
  })
})

test('moves nothing off a queue that is no DLQ, or is not there', async () => {
  const { client, queue } = await startQueues()
  await client.send(new CreateQueueCommand({ QueueName: 'alone' }))
  const start = (SourceArn: string, DestinationArn?: string) =>
    client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }))

  await expect(start(queue.arn)).rejects.toMatchObject({
    name: expect.stringMatching(/InvalidParameterValue/),
  })
  await expect(start(queue.arn.replace('letters', 'none'))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  await expect(
    client.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'none' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

async function receive(client: SQSClient, QueueUrl: string, count: number) {
  const received = []
  while (received.length < count) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 20,
      }),
    )
    received.push(...Messages)
  }
  return received
}

/** The queue's last task, once it is over. */
async function statusOf(client: SQSClient, SourceArn: string) {
  for (;;) {
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }))
    if (Results?.[0]?.Status !== 'RUNNING') return Results?.[0]
  }
}
