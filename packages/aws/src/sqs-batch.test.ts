import { ConfigError, EventError } from '@lapse/core/errors'
import type { OutgoingMessage } from '@lapse/core/ports'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import type { SQSRecord } from 'aws-lambda'
import { expect, test } from 'vitest'
import { sqsBatch } from './sqs-batch.ts'

const plenty = { getRemainingTimeInMillis: () => 60_000 }

function record(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    body,
    receiptHandle: 'r',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1',
      SenderId: 's',
      ApproximateFirstReceiveTimestamp: '1',
    },
    messageAttributes: {
      'lapse-pass': { stringValue: 'follow-up', dataType: 'String' },
      picture: { binaryValue: 'AA==', dataType: 'Binary' },
    },
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:still',
    awsRegion: 'us-east-1',
  }
}

test('answers with the messages that are to come again, and with no other', async () => {
  const failing = new Set(['b', 'd'])
  const { worker } = memoryWorker(stillWorkflow())
  const parse = (body: string) => {
    if (failing.has(body)) throw new TypeError('a bug')
    if (body === 'c') throw new EventError('not-json')
    return worker.parse(body)
  }
  const handler = sqsBatch(() => ({ ...worker, parse }), { concurrency: 2 })
  const Records = ['a', 'b', 'c', 'd', 'e'].map((body) => record(`m-${body}`, body))

  const { batchItemFailures } = await handler({ Records }, plenty)

  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
    'm-b',
    'm-d',
  ])
})

test('processes no more messages at a time than it may', async () => {
  const running = { now: 0, most: 0 }
  const workflow = stillWorkflow(async () => {
    running.now += 1
    running.most = Math.max(running.most, running.now)
    await new Promise((resolve) => setImmediate(resolve))
    running.now -= 1
  })
  const { worker, ledger } = memoryWorker(workflow)
  const Records = Array.from({ length: 12 }, (_, n) => record(`m-${n}`, `${n}`))

  await sqsBatch(() => worker, { concurrency: 3 })({ Records }, plenty)

  expect(running.most).toBe(3)
  expect(ledger.rows).toHaveLength(12)
})

test('takes String attributes along and leaves others', async () => {
  const { worker, outbox } = memoryWorker(stillWorkflow())
  await sqsBatch(() => worker, { concurrency: 1 })({ Records: [record('m', 'a')] }, plenty)
  const [followUp] = outbox.sent
  const Records = [{ ...record('m', 'a'), ...copied(followUp, 0) }]
  await sqsBatch(() => worker, { concurrency: 1 })({ Records }, plenty)

  expect(outbox.sent[1]?.attributes).toMatchObject({
    'lapse-pass': 'follow-up',
    'lapse-not-before': followUp?.attributes['lapse-not-before'],
  })
})

test('defers what there is no time to begin, without failing it', async () => {
  const { worker, ledger, outbox } = memoryWorker(stillWorkflow())
  const Records = [record('m-1', 'a'), record('m-2', 'b')]
  const none = { getRemainingTimeInMillis: () => 0 }

  expect(await sqsBatch(() => worker, { concurrency: 1 })({ Records }, none)).toEqual({
    batchItemFailures: [],
  })
  expect(outbox.sent.map(({ body }) => body)).toEqual(['a', 'b'])
  expect(outbox.sent[0]?.attributes).toMatchObject({
    'lapse-pass': 'follow-up',
    'lapse-deferred-for': 'ERR_DEADLINE',
  })
  expect(ledger.rows).toEqual([])
})

test('gives a message its time anew where SQS says that it was sent again', async () => {
  const { worker, outbox, clock } = memoryWorker(
    stillWorkflow(() => Promise.reject(new ConfigError('X is not set'))),
  )
  const handler = sqsBatch(() => worker, { concurrency: 1 })
  await handler({ Records: [record('m-1', 'a')] }, plenty)
  clock.advance(5 * 86_400_000)
  await handler(
    { Records: [{ ...record('m-2', 'a'), ...copied(outbox.sent[0], clock.now()) }] },
    plenty,
  )

  expect(outbox.deadLetters).toEqual([])
  expect(outbox.sent[1]?.attributes).toMatchObject({ 'lapse-deferrals': '1' })
})

test('puts a stub on the DLQ when a message that is too long is received for the first time', async () => {
  const { worker } = memoryWorker(stillWorkflow())
  const stubs: string[] = []
  const deadLetter = async ({ body }: { readonly body: string }) => {
    if (body === 'a') throw Object.assign(new Error('m'), { name: 'InvalidParameterValue' })
    stubs.push(body)
  }
  const parse = () => {
    throw new EventError('not-json')
  }
  const handler = sqsBatch(() => ({ ...worker, parse, outbox: { ...worker.outbox, deadLetter } }), {
    concurrency: 1,
  })
  for (const count of ['1', '2', '3']) {
    const received = record('m', 'a')
    const attributes = { ...received.attributes, ApproximateReceiveCount: count }
    const { batchItemFailures } = await handler({ Records: [{ ...received, attributes }] }, plenty)
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm' }])
  }

  expect(stubs).toHaveLength(1)
})

/** What SQS makes of a copy that somebody sends. */
function copied(copy: OutgoingMessage | undefined, sentAt: number) {
  const texts = Object.entries(copy?.attributes ?? {})
  return {
    attributes: { ...record('m', '').attributes, SentTimestamp: String(sentAt) },
    messageAttributes: Object.fromEntries(
      texts.map(([name, stringValue]) => [name, { stringValue, dataType: 'String' as const }]),
    ),
  }
}

test('ends the calls that are under way before Lambda ends the invocation', async () => {
  const { worker } = memoryWorker({
    ...stillWorkflow(),
    observe: (_event, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('ended')))
      }),
  })
  const soon = { getRemainingTimeInMillis: () => 50 }
  const Records = [record('m-1', 'a')]

  expect(await sqsBatch(() => worker, { concurrency: 1 })({ Records }, soon)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm-1' }],
  })
})

test('makes its worker once, and again only where that failed', async () => {
  const { worker } = memoryWorker(stillWorkflow())
  const made = { times: 0 }
  const makeWorker = () => {
    made.times += 1
    if (made.times === 1) throw new ConfigError('X is not set')
    return worker
  }
  const handler = sqsBatch(makeWorker, { concurrency: 1 })

  await expect(handler({ Records: [] }, plenty)).rejects.toThrow('X is not set')
  for (const id of ['m-1', 'm-2']) await handler({ Records: [record(id, id)] }, plenty)
  expect(made.times).toBe(2)
})

test('flushes the metrics once for a batch', async () => {
  const { worker, metrics } = memoryWorker(stillWorkflow())
  const flushed: object[] = []
  const flush = () => void flushed.push({ ...metrics.counts })
  const Records = [record('m-1', 'a'), record('m-2', 'b')]
  const counted = { ...worker, metrics: { ...metrics, flush } }

  await sqsBatch(() => counted, { concurrency: 2 })({ Records }, plenty)

  expect(flushed).toHaveLength(1)
})

test('each of its queues has a worker of its own, which is kept', async () => {
  const { worker } = memoryWorker(stillWorkflow())
  const outboxes = new Map<string, ReturnType<typeof memoryWorker>['outbox']>()
  const handler = sqsBatch(
    (queueArn) => {
      const { outbox } = memoryWorker(stillWorkflow())
      outboxes.set(queueArn, outbox)
      return { ...worker, outbox }
    },
    { concurrency: 2 },
  )
  const of = (name: string, body: string) => ({
    ...record(`m-${body}`, body),
    messageAttributes: {},
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  })
  for (const [name, body] of [
    ['still', 'a'],
    ['still-incident', 'b'],
    ['still', 'c'],
  ] as const)
    await handler({ Records: [of(name, body)] }, plenty)

  // Each has sent its follow-up to where its message came from.
  expect([...outboxes].map(([arn, { sent }]) => [arn, sent.map(({ body }) => body)])).toEqual([
    ['arn:aws:sqs:us-east-1:000000000000:still', ['a', 'c']],
    ['arn:aws:sqs:us-east-1:000000000000:still-incident', ['b']],
  ])
})
