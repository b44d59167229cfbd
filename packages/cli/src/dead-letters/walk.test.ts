import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Dlq, Letter } from './dlq.ts'
import { walk } from './walk.ts'

/** A DLQ that gives everything out again at once, in turn: whoever keeps a letter is slower than its time. */
function forgetful(count: number, most: number) {
  const letters = Array.from(
    { length: count },
    (_, n) => ({ messageId: `m-${n}`, receiptHandle: `m-${n}` }) as Letter,
  )
  const answered = { times: 0 }
  const dlq: Dlq = {
    receive: async () => {
      answered.times += 1
      const some = letters.splice(0, most)
      letters.push(...some)
      return some
    },
    remove: async ({ messageId }) => {
      letters.splice(
        letters.findIndex((letter) => letter.messageId === messageId),
        1,
      )
    },
    release: async () => undefined,
  }
  return { dlq, answered }
}

test('sees every message once, however much of what it keeps is given out again', async () => {
  const queues = fc.record({
    count: fc.integer({ min: 0, max: 200 }),
    most: fc.integer({ min: 1, max: 10 }),
    every: fc.integer({ min: 1, max: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(queues, async ({ count, most, every }) => {
      const { dlq, answered } = forgetful(count, most)
      const seen: string[] = []
      await walk(dlq, async (letter) => {
        seen.push(letter.messageId)
        if (seen.length % every > 0) return 'kept'
        await dlq.remove(letter)
        return 'removed'
      })

      expect(new Set(seen).size).toBe(count)
      expect(seen).toHaveLength(count)
      expect(answered.times).toBeLessThan(2 * count + 60)
    }),
  )
})

test('goes on where what it keeps comes back before the rest', async () => {
  const kept = Array.from({ length: 80 }, (_, n) => `kept-${n}`)
  const answers = [...kept, ...kept, 'last'].map(
    (messageId) => ({ messageId, receiptHandle: messageId }) as Letter,
  )
  const seen: string[] = []
  await walk(
    {
      receive: async () => answers.splice(0, 1),
      remove: async () => undefined,
      release: async () => undefined,
    },
    async ({ messageId }) => {
      seen.push(messageId)
      return 'kept'
    },
  )

  expect(seen).toEqual([...kept, 'last'])
})

test('lets go of what it keeps, by the latest receipt, and of nothing that is gone', async () => {
  const given = [
    ['a', 'a-1'],
    ['b', 'b-1'],
    ['a', 'a-2'],
  ].map(([messageId, receiptHandle]) => ({ messageId, receiptHandle }) as Letter)
  const released: string[] = []
  await walk(
    {
      receive: async () => given.splice(0, 1),
      remove: async () => undefined,
      release: async (letters) =>
        void released.push(...letters.map(({ receiptHandle }) => receiptHandle)),
    },
    async ({ messageId }) => (messageId === 'b' ? 'removed' : 'kept'),
  )

  expect(released).toEqual(['a-2'])
})
