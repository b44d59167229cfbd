import type { Message } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { gather } from './gather.ts'
import type { QueueReader } from './queue-reader.ts'

/** A queue that gives what it is told to, then nothing, and remembers how it was asked. */
const scripted = (...polls: readonly (readonly Message[])[]) => {
  const asked: { readonly room: number; readonly waitMs: number }[] = []
  const rest = [...polls]
  const queue: QueueReader = {
    receive: async (room, waitMs) => {
      asked.push({ room, waitMs })
      return rest.shift() ?? []
    },
    remove: async () => undefined,
  }
  return { asked, queue }
}

const messages = (count: number): readonly Message[] =>
  Array.from({ length: count }, (_, index) => ({ MessageId: String(index) }))

const never = new AbortController().signal

test('comes back with nothing when no message came, window or not', async () => {
  const { asked, queue } = scripted([])

  expect(await gather(queue, { batchSize: 10, windowMs: 60_000 }, never)).toEqual([])
  expect(asked).toEqual([{ room: 10, waitMs: 20_000 }])
})

test('asks once where there is no window', async () => {
  const { asked, queue } = scripted(messages(3), messages(3))

  expect(await gather(queue, { batchSize: 100, windowMs: 0 }, never)).toHaveLength(3)
  expect(asked).toHaveLength(1)
})

test('asks for what is missing until the batch is full', async () => {
  const { asked, queue } = scripted(messages(10), messages(2), messages(1))

  expect(await gather(queue, { batchSize: 13, windowMs: 60_000 }, never)).toHaveLength(13)
  expect(asked.map(({ room }) => room)).toEqual([13, 3, 1])
})

test('sits the last part of a second out, and looks once more', async () => {
  const { asked, queue } = scripted(messages(1), messages(1))

  expect(await gather(queue, { batchSize: 10, windowMs: 50 }, never)).toHaveLength(2)
  expect(asked).toHaveLength(2)
})

test('is let go in the middle of its window', async () => {
  const { queue } = scripted(messages(1))
  const stopping = new AbortController()

  const batch = gather(queue, { batchSize: 10, windowMs: 999 }, stopping.signal)
  setImmediate(() => stopping.abort())

  await expect(batch).rejects.toMatchObject({ name: 'AbortError' })
})
