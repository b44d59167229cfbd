import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { type BucketState, unused } from './bucket-state.ts'
import { rateBudget } from './rate-budget.ts'
import { type RateLimit, tiers } from './rate-limits.ts'
import { graceMs } from './windows.ts'

/** A ledger whose every read and write happens when the scheduler says so, a while later. */
function scheduled(
  ledger: Ledger<BucketState>,
  scheduler: fc.Scheduler,
  passTime: () => void,
): Ledger<BucketState> {
  const turn = async () => {
    await scheduler.schedule(Promise.resolve())
    passTime()
  }
  return {
    async read(key) {
      await turn()
      return ledger.read(key)
    },
    async write(...parameters) {
      await turn()
      const version = await ledger.write(...parameters)
      await turn()
      return version
    },
  }
}

function mostWithin(times: readonly number[], lengthMs: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  const counts = sorted.map((from) => sorted.filter((t) => t >= from && t < from + lengthMs).length)
  return Math.max(0, ...counts)
}

const limits: readonly RateLimit[] = [
  tiers.developer['admin-low'],
  tiers.production['admin-low'],
  tiers.growth['admin-low'],
]

test('no window of a second or a minute exceeds the limit, however twelve workers come between each other', async () => {
  const booking = fc.record({
    lane: fc.constantFrom<Lane>('incident', 'deletion', 'hygiene'),
    standing: fc.constantFrom('new', 'due', 'begun'),
    cost: fc.integer({ min: 1, max: 12 }),
    together: fc.integer({ min: 1, max: 4 }),
    patienceMs: fc.constantFrom(0, 200, 3000, 30_000),
    lateMs: fc.nat({ max: graceMs }),
    /** How many of the slots it does not use, and has others for. */
    unused: fc.nat({ max: 3 }),
    /** What becomes of slots that it does not use at all: given back, or for a plan of so many calls. */
    leaves: fc.constantFrom<'nothing' | 'back' | number>('nothing', 'nothing', 'back', 1, 6),
  })
  const workers = fc.array(fc.array(booking, { minLength: 1, maxLength: 6 }), {
    minLength: 12,
    maxLength: 12,
  })
  const exchanged = { count: 0 }
  const pauses = fc.infiniteStream(fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 4000 })))
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom(...limits),
      workers,
      pauses,
      async (scheduler, limit, all, pause) => {
        const clock = manualClock('2026-01-02T03:04:05Z')
        const passTime = () => clock.advance(Number(pause.next().value))
        const kept = memoryLedger<BucketState>(clock)
        const begun: number[] = []
        const work = all.map(async (bookings) => {
          const ledger = scheduled(kept, scheduler, passTime)
          const terms = { ledger, clock, project: 'p', limits: { 'admin-low': limit } }
          const budget = rateBudget(terms)
          for (const { lateMs, unused, leaves, ...asked } of bookings) {
            const request = { ...asked, bucket: 'admin-low' }
            const told = await budget.book(request)
            if (!('slots' in told)) continue
            const begin = (slots: readonly number[]) => {
              const inTime = slots.filter((slot) => clock.now() <= slot + graceMs)
              begun.push(...inTime.map((slot) => Math.max(clock.now(), slot + lateMs)))
            }
            const ahead = { slots: told.slots, later: told.later ?? 0, together: 2, begun: false }
            if (leaves === 'back') {
              await budget.giveBack('admin-low', asked.lane, ahead)
              continue
            }
            if (leaves !== 'nothing') {
              const planned = await budget.book({ ...request, cost: leaves, ahead })
              if ('slots' in planned) begin(planned.slots)
              continue
            }
            begin(told.slots.slice(unused))
            for (const instead of told.slots.slice(0, unused)) {
              const again = await budget.book({ ...request, cost: 1, together: 1, instead })
              if ('slots' in again) begin(again.slots)
              exchanged.count += 'slots' in again ? 1 : 0
            }
          }
        })
        await scheduler.waitFor(Promise.all(work))

        expect(mostWithin(begun, 1000)).toBeLessThanOrEqual(limit.perSecond)
        expect(mostWithin(begun, 60_000)).toBeLessThanOrEqual(limit.perMinute)
      },
    ),
    { numRuns: 60 },
  )
  expect(exchanged.count).toBeGreaterThan(100)
})

test('goes on from a row that a version of before has written', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const ledger = memoryLedger<BucketState>()
  const { urgent: _urgent, pace: _pace, lent: _lent, ...before } = unused
  const key = { workflow: 'budget', event: 'project', pass: 'admin-low' }
  await ledger.write(key, before as BucketState, 0, undefined)
  const [limit] = limits
  const budget = rateBudget({
    ledger,
    clock,
    project: 'project',
    limits: { 'admin-low': limit } as never,
  })

  for (const lane of ['incident', 'deletion', 'hygiene'] as const)
    expect(
      await budget.book({
        bucket: 'admin-low',
        lane,
        standing: 'new',
        cost: 1,
        together: 1,
        patienceMs: 0,
      } as never),
    ).toMatchObject({ slots: [clock.now()] })
})
