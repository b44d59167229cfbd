import { EventEmitter, once } from 'node:events'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import type { EventSourceMappingOptions } from './event-source-mapping.ts'
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

test('gathers more than ten messages while its window is open, and no longer than it takes', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1', '2', '3', '4', '5', '6'])

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 12,
    maximumBatchingWindowSeconds: 300,
    maximumConcurrency: 1,
  })
  await soon(async () => expect(await sqs.counts(queue)).toEqual([0, 6]))
  await sqs.send(queue, ['7', '8', '9', '10', '11', '12', '13'])
  const [batch] = await until(1)

  expect(bodies(batch)).toEqual(Array.from({ length: 12 }, (_, index) => String(index + 1)))
  await soon(async () => expect(await sqs.counts(queue)).toEqual([0, 1]))
})

test('invokes with what it has when its window closes', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1', '2'])
  const startedAt = performance.now()

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 100,
    maximumBatchingWindowSeconds: 0.4,
    maximumConcurrency: 1,
  })
  const [batch] = await until(1)

  expect(bodies(batch)).toEqual(['1', '2'])
  // A timer may fire a millisecond early.
  expect(performance.now() - startedAt).toBeGreaterThan(398)
})

test('takes no more than a batch, and does not wait for it to fill', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1', '2', '3'])

  const { until } = start({
    queue,
    function: respondWith(() => undefined),
    batchSize: 2,
    maximumConcurrency: 1,
  })

  expect((await until(2)).map(bodies)).toEqual([['1', '2'], ['3']])
})

test('runs as many invocations at once as it may, and no more', async () => {
  const { queue } = await sqs.makeQueue()
  await sqs.send(queue, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
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

test('invokes nothing for a poll that found nothing', async () => {
  const { queue } = await sqs.makeQueue()
  const { mapping, batches, until } = start({
    queue,
    function: respondWith(() => undefined),
    maximumConcurrency: 5,
  })

  // Every message wakes all five polls, and only one of them finds it.
  for (const [index, body] of ['a', 'b', 'c'].entries()) {
    await sqs.send(queue, [body])
    await until(index + 1)
  }
  await mapping.stop(0)

  expect(batches.map(bodies)).toEqual([['a'], ['b'], ['c']])
})
