import { measuredClock } from '@lapse/aws/measured-clock'
import { type BucketState, type RateLimit, rateBudget, tiers } from '@lapse/core/budget'
import type { Lane } from '@lapse/core/lane'
import type { Clock, Ledger, RateBudget } from '@lapse/core/ports'
import { type ManualClock, manualClock, memoryLedger } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const minute = 60_000
const limit = tiers.production['admin-low']
const terms = { project: 'ory.test', limits: { 'admin-low': limit } }

const asks = (given: Partial<Parameters<RateBudget['book']>[0]> = {}) => ({
  bucket: 'admin-low',
  lane: 'deletion' as Lane,
  cost: 4,
  standing: 'begun' as const,
  patienceMs: 200,
  ...given,
})

/** A worker whose clock is off by so much; one that hears what time it is for AWS goes by that. */
function workerOffBy(offMs: number, kept: Ledger<BucketState>, time: ManualClock, hears = true) {
  const local: Clock = { now: () => time.now() + offMs }
  const clock = measuredClock(local)
  const answered = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const sentAt = local.now()
    time.advance(7)
    const date = new Date(time.now()).toUTCString()
    if (hears) clock.hear({ date, sentAt, receivedAt: local.now() })
    return answer
  }
  const ledger: Ledger<BucketState> = {
    read: (key) => answered(kept.read(key)),
    write: (...parameters) => answered(kept.write(...parameters)),
  }
  const budget = rateBudget({ ...terms, ledger, clock, isRight: clock.isMeasured })
  /** True times at which calls begin. */
  async function book(given?: Parameters<typeof asks>[0]): Promise<readonly number[]> {
    const told = await budget.book(asks(given))
    if (!('slots' in told)) return []
    const aheadMs = clock.now() - time.now()
    return told.slots.map((slot) => Math.max(time.now(), slot - aheadMs))
  }
  return { book }
}

function mostWithin(times: readonly number[], lengthMs: number): number {
  const counts = times.map((from) => times.filter((t) => t >= from && t < from + lengthMs).length)
  return Math.max(0, ...counts)
}

test.each([5, 90])(
  'a clock that was %d minutes ahead keeps nobody waiting for longer than a minute',
  async (minutes) => {
    const time = manualClock('2026-01-02T03:04:05Z')
    const kept = memoryLedger<BucketState>()
    const unheard = workerOffBy(minutes * minute, kept, time, false)
    for (const standing of ['due', 'begun', 'new'] as const) await unheard.book({ standing })
    const [one, other] = [workerOffBy(0, kept, time), workerOffBy(0, kept, time)]
    const incident = await one.book({ lane: 'incident', patienceMs: 5500 })
    time.advance(minute + 500)
    const deletion = await other.book({ standing: 'due' })

    expect(incident).toHaveLength(4)
    expect(deletion).toHaveLength(4)
  },
)

test('no window of a minute exceeds the limit in true time, however far twelve clocks are apart', async () => {
  const booking = fc.record({
    worker: fc.nat({ max: 11 }),
    afterMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 20_000 })),
    lane: fc.constantFrom<Lane>('incident', 'deletion', 'hygiene'),
    standing: fc.constantFrom('new', 'due', 'begun'),
    cost: fc.integer({ min: 1, max: 12 }),
    patienceMs: fc.constantFrom(0, 200, 3000, 30_000),
  })
  const offs = fc.array(fc.integer({ min: -10 * minute, max: 10 * minute }), {
    minLength: 12,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(offs, fc.array(booking, { maxLength: 60 }), async (offsMs, all) => {
      const time = manualClock('2026-01-02T03:04:05Z')
      const kept = memoryLedger<BucketState>()
      const workers = offsMs.map((offMs) => workerOffBy(offMs, kept, time))
      const begun: number[] = []
      for (const { worker, afterMs, ...given } of all) {
        time.advance(afterMs)
        begun.push(...((await workers[worker]?.book(given)) ?? []))
      }
      // AWS says whole seconds: so exactly is a clock right that is off by more than two.
      expect(mostWithin(begun, minute - 1000)).toBeLessThanOrEqual(limit.perMinute)
    }),
    { numRuns: 100 },
  )
})

test('where nobody hears what time it is, clocks that are apart exceed the limit', async () => {
  const time = manualClock('2026-01-02T03:04:05Z')
  const kept = memoryLedger<BucketState>()
  const [right, behind] = [0, -2 * minute].map((off) => workerOffBy(off, kept, time, false))
  const begun = []
  begun.push(...((await behind?.book({ cost: 34, patienceMs: 30_000 })) ?? []))
  begun.push(...((await right?.book({ cost: 34, patienceMs: 30_000 })) ?? []))

  expect(mostWithin(begun, minute)).toBeGreaterThan((limit satisfies RateLimit).perMinute)
})
