import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { createFunction, type LocalFunction } from '../lambda/function.ts'
import { type EventSourceMappingOptions, startEventSourceMapping } from './event-source-mapping.ts'
import { bodies, startObserved } from './fixtures/observed.ts'
import { respondWith, startQueues } from './fixtures/sqs.ts'

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000 })

const sqs = await startQueues()
afterAll(sqs.stop)

const start = (options: Omit<EventSourceMappingOptions, 'sqs'>) => {
  const observed = startObserved({ ...options, sqs: sqs.client })
  onTestFinished(() => observed.mapping.stop(0))
  return observed
}

/** Its time is up where it says that it hangs. */
const realFunction = (exportName: string, timeoutMs: number): LocalFunction => {
  const module = new URL('./fixtures/handlers.ts', import.meta.url).href
  const news = new EventEmitter()
  const lambda = createFunction({
    name: exportName,
    module,
    exportName,
    timeoutMs,
    onLog: (line) => news.emit(line),
    wait: (ms, signal) => once(news, ms === 300 ? 'hangs' : 'never', { signal }),
  })
  onTestFinished(() => lambda.stop())
  return lambda
}

test('hands a message over as Lambda does, with all that SQS knows about it', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['Grüße'], {
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
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['a', 'b'])

  const { until } = start({ queue, function: respondWith(() => ({})) })
  const [batch] = await until(1)

  expect(batch).toMatchObject({ outcome: 'success', failed: new Set(), queueName: queue.name })
  expect(bodies(batch)).toEqual(['a', 'b'])
  expect(await sqs.counts(queue)).toEqual([0, 0])
})

test('works the same when nobody observes it', async () => {
  const { queue } = await sqs.makeQueue()
  const invoked = Promise.withResolvers<SQSEvent>()
  await sqs.send(queue, ['a'])

  const mapping = startEventSourceMapping({
    sqs: sqs.client,
    queue,
    function: respondWith(invoked.resolve),
  })
  onTestFinished(() => mapping.stop(0))

  expect((await invoked.promise).Records.map(({ body }) => body)).toEqual(['a'])
  await soon(async () => expect(await sqs.counts(queue)).toEqual([0, 0]))
})

test('brings back only the messages that failed', async () => {
  const { queue } = await sqs.makeQueue({ visibilityTimeoutSeconds: 0 })
  await sqs.send(queue, ['a', 'b', 'c'])
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
  expect(await sqs.counts(queue)).toEqual([0, 0])
})

test('leaves a poison message to the DLQ after exactly maxReceiveCount attempts', async () => {
  const { queue, dlq } = await sqs.makeQueue({ visibilityTimeoutSeconds: 0, maxReceiveCount: 3 })
  const origin = { origin: { DataType: 'String', StringValue: 'elsewhere' } }
  await sqs.send(queue, ['poison'], origin)
  const fail = ({ Records }: SQSEvent) => ({
    batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
  })

  const { batches } = start({ queue, function: respondWith(fail), maximumConcurrency: 1 })
  const [dead] = await sqs.receive(dlq)

  expect(dead).toMatchObject({ Body: 'poison', MessageAttributes: origin })
  expect(batches.map(({ records }) => records[0]?.attributes.ApproximateReceiveCount)).toEqual([
    '1',
    '2',
    '3',
  ])
  expect(dead?.MessageId).toBe(batches[0]?.records[0]?.messageId)
})

test('deletes nothing of a batch whose response it does not understand', async () => {
  const { queue, dlq } = await sqs.makeQueue({ visibilityTimeoutSeconds: 0, maxReceiveCount: 1 })
  await sqs.send(queue, ['a', 'b'])
  const unknown = { batchItemFailures: [{ itemIdentifier: 'nobody' }] }

  const { batches } = start({
    queue,
    function: respondWith(() => unknown),
    maximumConcurrency: 1,
  })
  const dead = [...(await sqs.receive(dlq)), ...(await sqs.receive(dlq))]

  expect(batches.map(({ outcome }) => outcome)).toEqual(['bad-response'])
  expect(dead.map(({ Body }) => Body).toSorted()).toEqual(['a', 'b'])
})

test.each([
  ['hangs', 'hangsAtFirst', 'Sandbox.Timedout'],
  ['dies', 'diesAtFirst', 'Runtime.ExitError'],
])('gives a message to another process when its handler %s', async (_case, name, errorType) => {
  const { queue } = await sqs.makeQueue({ visibilityTimeoutSeconds: 1 })
  await sqs.send(queue, ['again'])

  const { until } = start({ queue, function: realFunction(name, 300), maximumConcurrency: 1 })
  const [first, second] = await until(2)

  expect(first).toMatchObject({ outcome: 'function-error', invocation: { error: { errorType } } })
  expect(first?.failed.size).toBe(1)
  expect(second).toMatchObject({ outcome: 'success', invocation: { coldStart: true } })
  expect(await sqs.counts(queue)).toEqual([0, 0])
})

test('lets a running invocation end when it stops, and then polls no more', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1'])
  const entered = Promise.withResolvers<AbortSignal | undefined>()
  const leave = Promise.withResolvers<undefined>()
  const errors: unknown[] = []
  const slow: LocalFunction = {
    ...respondWith(() => undefined),
    invoke: async (event, signal) => {
      entered.resolve(signal)
      await leave.promise
      return respondWith(() => undefined).invoke(event)
    },
  }

  const { mapping, batches } = start({
    queue,
    function: slow,
    onError: (error) => errors.push(error),
  })
  const signal = await entered.promise
  const stopped = mapping.stop(60_000)
  await setTimeout(20)
  leave.resolve(undefined)
  await stopped

  expect(signal?.aborted).toBe(false)
  expect(batches.map(({ outcome }) => outcome)).toEqual(['success'])
  expect(errors).toEqual([])
  expect(await sqs.counts(queue)).toEqual([0, 0])
})

test('kills an invocation that does not end in time when it stops', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1'])

  const { mapping, batches } = start({ queue, function: realFunction('hangsAtFirst', 60_000) })
  await soon(async () => expect(await sqs.counts(queue)).toEqual([0, 1]))
  await mapping.stop(10)

  expect(batches).toMatchObject([
    { outcome: 'function-error', invocation: { error: { errorType: 'Sandbox.Stopped' } } },
  ])
  expect(await sqs.counts(queue)).toEqual([0, 1])
})

test('says that it cannot read its queue, and goes on once it can', async () => {
  const name = randomUUID()
  const url = `${sqs.server.endpoint}/000000000000/${name}`
  const errors: unknown[] = []

  const { until } = start({
    queue: { name, url, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` },
    function: respondWith(() => undefined),
    maximumConcurrency: 1,
    onError: (error) => errors.push(error),
  })
  await soon(() => expect(errors).toMatchObject([{ name: 'QueueDoesNotExist' }]))
  await sqs.makePlainQueue(name)
  await sqs.send({ name, url, arn: '' }, ['at last'])

  expect((await until(1)).map(bodies)).toEqual([['at last']])
})

test('survives an observer that throws', async () => {
  const { queue } = await sqs.makeQueue()
  const errors: unknown[] = []

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    maximumConcurrency: 1,
    onError: (error) => errors.push(error),
    onBatch: ({ records }) => {
      if (records[0]?.body === 'bad') throw new Error('observer')
    },
  })
  await sqs.send(queue, ['bad'])
  await soon(() => expect(errors).toMatchObject([{ message: 'observer' }]))
  await sqs.send(queue, ['good'])

  expect((await until(2)).map(bodies)).toEqual([['bad'], ['good']])
})
