import fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualClock } from '../testing/index.ts'
import { whyNotAll, workInTime } from './time-boxed.ts'

const few = fc.integer({ min: 0, max: 10 })

/** What reading an item takes and what working on it does, and how many turns that is. */
const anItem = fc.record({
  readingMs: few,
  workMs: few,
  turns: fc.integer({ min: 0, max: 100 }),
})

interface Drawn {
  readonly items: readonly { readingMs: number; workMs: number; turns: number }[]
  readonly workMs: number
  readonly countMs: number
  readonly breaksOff: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  items: fc.array(anItem, { maxLength: 20 }),
  workMs: few,
  countMs: few,
  breaksOff: fc.boolean(),
})

/** Time is over while every lane is at work, and nobody has counted anything yet. */
const allBusyUntilTheEnd: Drawn = {
  items: Array.from({ length: 6 }, () => ({ readingMs: 0, workMs: 10, turns: 100 })),
  workMs: 1,
  countMs: 0,
  breaksOff: false,
}

/** Works through what was drawn, and says what was seen meanwhile. */
async function played({ items, workMs, countMs, breaksOff }: Drawn) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const workUntil = clock.now() + workMs
  const countUntil = workUntil + countMs
  const seen = { worked: [] as unknown[], begunLate: 0, readLate: 0 }
  async function* read() {
    for (const item of items) {
      if (clock.now() >= countUntil) seen.readLate += 1
      clock.advance(item.readingMs)
      yield item
    }
    if (breaksOff) throw new Error('the last page cannot be read')
  }
  const progress = await workInTime(
    read(),
    async (item) => {
      if (clock.now() >= workUntil) seen.begunLate += 1
      seen.worked.push(item)
      for (let turn = 0; turn < item.turns; turn += 1) await Promise.resolve()
      clock.advance(item.workMs)
    },
    { workUntil, countUntil },
    clock,
  )
  return { progress, ...seen }
}

test('never takes a part for the whole, however long reading and working take', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async (play) => {
      const { progress, worked } = await played(play)
      const { items, breaksOff } = play
      const left = items.length - worked.length

      expect(worked).toEqual(items.slice(0, worked.length))
      expect(progress.last).toBe(worked.at(-1))
      expect(progress.unseen).toBeLessThanOrEqual(left)
      expect(progress.unseen > 0).toBe(left > 0)
      expect(whyNotAll(progress) !== undefined).toBe(left > 0 || breaksOff)
    }),
    { examples: [[allBusyUntilTheEnd]] },
  )
})

test('begins nothing once its time is over, and counts little more', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async (play) => {
      const { begunLate, readLate } = await played(play)

      expect(begunLate).toBe(0)
      expect(readLate).toBeLessThanOrEqual(4)
    }),
  )
})
