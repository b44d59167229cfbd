import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inLanes } from './concurrency.ts'

async function* later<T>(items: readonly T[]) {
  yield* items
}

test.each([
  ['what is at hand', (items: readonly number[]) => items],
  ['what is read meanwhile', later<number>],
])('works on every item of %s once, and on no more than so many at a time', async (_what, from) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 3 })),
      async (lanes, items) => {
        const seen: number[] = []
        const busy = { now: 0, most: 0 }
        await inLanes(lanes, from(items), async (turns) => {
          seen.push(turns)
          busy.now += 1
          busy.most = Math.max(busy.most, busy.now)
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
          busy.now -= 1
        })

        expect(seen).toEqual(items)
        expect(busy.now).toBe(0)
        expect(busy.most).toBeLessThanOrEqual(lanes)
      },
    ),
  )
})

test('ends as the first work ends that fails', async () => {
  const failing = inLanes(2, [1, 2, 3], async (item) => {
    if (item === 2) throw new Error('two')
  })

  await expect(failing).rejects.toThrow('two')
})
