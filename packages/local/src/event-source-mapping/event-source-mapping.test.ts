import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createFunction, type LocalFunction } from '../lambda/function.ts'
import type { LocalService } from '../loopback.ts'
import { createQueueWithDlq, type Queue } from '../sqs/queues.ts'
import { startSqs } from '../sqs/server.ts'
import {
  type EventSourceMappingOptions,
  type SettledBatch,
  startEventSourceMapping,
} from './event-source-mapping.ts'

const running: { sqs?: LocalService; client?: SQSClient } = {}

beforeAll(async () => {
  running.sqs = await startSqs()
  running.client = new SQSClient({
    endpoint: running.sqs.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})

afterAll(async () => {
  running.client?.destroy()
  await running.sqs?.stop()
})

const client = (): SQSClient => {
  if (running.client === undefined) throw new Error('SQS is not up')
  return running.client
}

// A visibility timeout of 0 brings a failed message back with the next poll, so nobody has to wait.
const makeQueue = ({ visibilityTimeoutSeconds = 0, maxReceiveCount = 3 } = {}) =>
  createQueueWithDlq(client(), { name: randomUUID(), visibilityTimeoutSeconds, maxReceiveCount })

const send = async (
  queue: Queue,
  bodies: readonly string[],
  MessageAttributes?: Record<string, MessageAttributeValue>,
) => {
  const Entries = bodies.map((MessageBody, index) => ({
    Id: String(index),
    MessageBody,
    ...(MessageAttributes && { MessageAttributes }),
  }))
  await client().send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
}

const receive = async (queue: Queue) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    WaitTimeSeconds: 10,
    MessageAttributeNames: ['All'],
  })
  return (await client().send(command)).Messages ?? []
}

const counts = async (queue: Queue) => {
  const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] })
  const { Attributes } = await client().send(command)
  return [
    Attributes?.['ApproximateNumberOfMessages'],
    Attributes?.['ApproximateNumberOfMessagesNotVisible'],
  ].map(Number)
}

const respondWith = (respond: (event: SQSEvent) => unknown): LocalFunction => ({
  name: 'subject',
  invoke: async (event) => ({
    requestId: randomUUID(),
    coldStart: false,
    payload: JSON.stringify((await respond(event as SQSEvent)) ?? null),
  }),
  stop: async () => undefined,
})

const realFunction = (exportName: string, timeoutMs: number): LocalFunction => {
  const module = new URL('./fixtures/handlers.ts', import.meta.url).href
  const lambda = createFunction({ name: exportName, module, exportName, timeoutMs })
  onTestFinished(() => lambda.stop())
  return lambda
}

const start = (
  options: Omit<EventSourceMappingOptions, 'sqs' | 'onBatch'>,
  onBatch: (batch: SettledBatch) => void = () => undefined,
) => {
  const batches: SettledBatch[] = []
  const news = new EventEmitter()
  const mapping = startEventSourceMapping({
    ...options,
    sqs: client(),
    onBatch: (batch) => {
      batches.push(batch)
      onBatch(batch)
      news.emit('batch')
    },
  })
  onTestFinished(() => mapping.stop(0))
  const until = async (count: number) => {
    while (batches.length < count) await once(news, 'batch')
    return batches
  }
  return { mapping, batches, until }
}

const bodies = (batch: SettledBatch | undefined) => batch?.records.map(({ body }) => body)

test('hands a message over as Lambda does, with all that SQS knows about it', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['Grüße'], {
    reason: { DataType: 'String', StringValue: 'because' },
    size: { DataType: 'Number', StringValue: '7' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
  })

  const { until } = start({ queue, function: respondWith(() => undefined) })
  const [batch] = await until(1)

  expect(batch?.records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.stringMatching(/./),
      body: 'Grüße',
      attributes: {
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateReceiveCount: '1',
        SenderId: expect.stringMatching(/./),
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        bytes: {
          binaryValue: 'AQL/',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'Binary',
        },
        reason: {
          stringValue: 'because',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'String',
        },
        size: { stringValue: '7', stringListValues: [], binaryListValues: [], dataType: 'Number' },
      },
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: 'us-east-1',
    },
  ])
})

test('deletes what succeeded', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['a', 'b'])

  const { until } = start({ queue, function: respondWith(() => ({})) })
  const [batch] = await until(1)

  expect(batch).toMatchObject({ outcome: 'success', failed: new Set(), queueName: queue.name })
  expect(bodies(batch)).toEqual(['a', 'b'])
  expect(await counts(queue)).toEqual([0, 0])
})

test('works the same when nobody observes it', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  const invoked = Promise.withResolvers<SQSEvent>()
  await send(queue, ['a'])

  const mapping = startEventSourceMapping({
    sqs: client(),
    queue,
    function: respondWith(invoked.resolve),
  })
  onTestFinished(() => mapping.stop(0))

  expect((await invoked.promise).Records.map(({ body }) => body)).toEqual(['a'])
  await vi.waitFor(async () => expect(await counts(queue)).toEqual([0, 0]))
})

test('brings back only the messages that failed', async () => {
  const { queue } = await makeQueue()
  await send(queue, ['a', 'b', 'c'])
  const failB = ({ Records }: SQSEvent) => ({
    batchItemFailures: Records.filter(
      ({ body, attributes }) => body === 'b' && attributes.ApproximateReceiveCount === '1',
    ).map(({ messageId }) => ({ itemIdentifier: messageId })),
  })

  const { until } = start({ queue, function: respondWith(failB), maximumConcurrency: 1 })
  const [first, second] = await until(2)

  expect(bodies(first)).toEqual(['a', 'b', 'c'])
  expect(first?.outcome).toBe('partial-failure')
  expect([...(first?.failed ?? [])]).toEqual([first?.records[1]?.messageId])
  expect(bodies(second)).toEqual(['b'])
  expect(second?.outcome).toBe('success')
  expect(await counts(queue)).toEqual([0, 0])
})

test('leaves a poison message to the DLQ after exactly maxReceiveCount attempts', async () => {
  const { queue, dlq } = await makeQueue({ maxReceiveCount: 3 })
  const origin = { origin: { DataType: 'String', StringValue: 'elsewhere' } }
  await send(queue, ['poison'], origin)
  const fail = ({ Records }: SQSEvent) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
  })

  const { batches } = start({ queue, function: respondWith(fail), maximumConcurrency: 1 })
  const [dead] = await receive(dlq)

  expect(dead).toMatchObject({ Body: 'poison', MessageAttributes: origin })
  expect(batches.map(({ records }) => records[0]?.attributes.ApproximateReceiveCount)).toEqual([
    '1',
    '2',
    '3',
  ])
  expect(dead?.MessageId).toBe(batches[0]?.records[0]?.messageId)
})

test('deletes nothing of a batch whose response it does not understand', async () => {
  const { queue, dlq } = await makeQueue({ maxReceiveCount: 1 })
  await send(queue, ['a', 'b'])
  const unknown = { batchItemFailures: [{ itemIdentifier: 'nobody' }] }

  const { batches } = start({
    queue,
    function: respondWith(() => unknown),
    maximumConcurrency: 1,
  })
  const dead = [...(await receive(dlq)), ...(await receive(dlq))]

  expect(batches.map(({ outcome }) => outcome)).toEqual(['bad-response'])
  expect(dead.map(({ Body }) => Body).toSorted()).toEqual(['a', 'b'])
})

test.each([
  ['hangs', 'hangsAtFirst', 'Sandbox.Timedout'],
  ['dies', 'diesAtFirst', 'Runtime.ExitError'],
])('gives a message to another process when its handler %s', async (_case, name, errorType) => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 1 })
  await send(queue, ['again'])

  const { until } = start({ queue, function: realFunction(name, 300), maximumConcurrency: 1 })
  const [first, second] = await until(2)

  expect(first).toMatchObject({ outcome: 'function-error', invocation: { error: { errorType } } })
  expect(first?.failed.size).toBe(1)
  expect(second).toMatchObject({ outcome: 'success', invocation: { coldStart: true } })
  expect(await counts(queue)).toEqual([0, 0])
})

test('gathers more than ten messages while its window is open, and no longer than it takes', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1', '2', '3', '4', '5', '6'])

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 12,
    maximumBatchingWindowSeconds: 300,
    maximumConcurrency: 1,
  })
  await vi.waitFor(async () => expect(await counts(queue)).toEqual([0, 6]))
  await send(queue, ['7', '8', '9', '10', '11', '12', '13'])
  const [batch] = await until(1)

  expect(bodies(batch)).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)))
  await vi.waitFor(async () => expect(await counts(queue)).toEqual([0, 1]))
})

test('invokes with what it has when its window closes', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1'])
  const startedAt = Date.now()

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 100,
    maximumBatchingWindowSeconds: 0.4,
    maximumConcurrency: 1,
  })
  await vi.waitFor(async () => expect(await counts(queue)).toEqual([0, 1]))
  await send(queue, ['2'])
  const [batch] = await until(1)

  expect(bodies(batch)).toEqual(['1', '2'])
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(400)
})

test('takes no more than a batch, and does not wait for it to fill', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1', '2', '3'])

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 2,
    maximumConcurrency: 1,
  })

  expect((await until(2)).map(bodies)).toEqual([['1', '2'], ['3']])
})

test('runs as many invocations at once as it may, and no more', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
  const inside = { now: 0, most: 0 }
  const news = new EventEmitter()
  const work = async () => {
    inside.now += 1
    inside.most = Math.max(inside.most, inside.now)
    news.emit('entered')
    while (inside.most < 3) await once(news, 'entered')
    await new Promise(setImmediate)
    inside.now -= 1
  }

  const { until } = start({
    queue,
    function: respondWith(work),
    batchSize: 1,
    maximumConcurrency: 3,
  })
  await until(10)

  expect(inside.most).toBe(3)
})

test('lets a running invocation end when it stops, and then polls no more', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1'])
  const news = new EventEmitter()
  const entered = once(news, 'entered')
  const work = async () => {
    news.emit('entered')
    await once(news, 'leave')
  }

  const { mapping, batches } = start({ queue, function: respondWith(work), batchSize: 1 })
  await entered
  const stopped = mapping.stop(60_000)
  news.emit('leave')
  await stopped

  expect(batches.map(({ outcome }) => outcome)).toEqual(['success'])
  expect(await counts(queue)).toEqual([0, 0])
})

test('kills an invocation that does not end in time when it stops', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  await send(queue, ['1'])

  const { mapping, batches } = start({ queue, function: realFunction('hangsAtFirst', 60_000) })
  await vi.waitFor(async () => expect(await counts(queue)).toEqual([0, 1]))
  await mapping.stop(10)

  expect(batches).toMatchObject([
    { outcome: 'function-error', invocation: { error: { errorType: 'Sandbox.Stopped' } } },
  ])
  expect(await counts(queue)).toEqual([0, 1])
})

test('says that it cannot read its queue, and goes on once it can', async () => {
  const name = randomUUID()
  const url = `${running.sqs?.endpoint}/000000000000/${name}`
  const errors: unknown[] = []

  const { until } = start({
    queue: { name, url, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` },
    function: respondWith(() => undefined),
    maximumConcurrency: 1,
    onError: (error) => errors.push(error),
  })
  await vi.waitFor(() => expect(errors).toMatchObject([{ name: 'QueueDoesNotExist' }]))
  await client().send(new CreateQueueCommand({ QueueName: name }))
  await send({ name, url, arn: '' }, ['at last'])

  expect((await until(1)).map(bodies)).toEqual([['at last']])
})

test('survives an observer that throws', async () => {
  const { queue } = await makeQueue({ visibilityTimeoutSeconds: 30 })
  const errors: unknown[] = []

  const { until } = start(
    {
      queue,
      function: respondWith(() => undefined),
      maximumConcurrency: 1,
      onError: (error) => errors.push(error),
    },
    ({ records }) => {
      if (records[0]?.body === 'bad') throw new Error('observer')
    },
  )
  await send(queue, ['bad'])
  await vi.waitFor(() => expect(errors).toMatchObject([{ message: 'observer' }]))
  await send(queue, ['good'])

  expect((await until(2)).map(bodies)).toEqual([['bad'], ['good']])
})
