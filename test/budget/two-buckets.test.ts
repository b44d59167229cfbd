import {
  type BucketState,
  deliveryPatienceMs,
  type RateLimits,
  rateBudget,
  urgentPatienceMs,
} from '@lapse/core/budget'
import { RateBudgetError } from '@lapse/core/errors'
import type { RateBucket } from '@lapse/core/ory'
import { manualClock, memoryLedger } from '@lapse/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bookings } from '../../packages/core/src/budget/bookings.ts'
import { missedSlots } from '../../packages/core/src/budget/missed-slots.ts'
import { toldTurn, type WorkflowRow } from '../../packages/core/src/run/row.ts'

const limits: RateLimits = {
  'admin-low': { perSecond: 5, perMinute: 35 },
  'admin-medium': { perSecond: 5, perMinute: 30 },
}

interface Waiting {
  at: number
  row: WorkflowRow
  /** Calls that have begun. */
  made: number
  deliveries: number
  doneAt: number
}

/** Events that each look in one bucket before they end what they have to in the other, all at once. */
async function flood(events: number, looks: number, ends: number) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const start = clock.now()
  const ledger = memoryLedger<BucketState>(clock)
  const budget = rateBudget({ ledger, clock, project: 'ory.test', limits })
  const missed = missedSlots(budget, clock)
  const waiting = Array.from(
    { length: events },
    (): Waiting => ({ at: start, row: {} as WorkflowRow, made: 0, deliveries: 0, doneAt: 0 }),
  )

  async function deliver(event: Waiting): Promise<void> {
    const booked = bookings(
      { budget, clock, missed },
      {
        lane: 'deletion',
        patienceMs: deliveryPatienceMs,
        lookPatienceMs: urgentPatienceMs,
        turns: event.row.turns ?? [],
        standing: event.made > 0 ? 'begun' : undefined,
      },
    )
    const call = async (bucket: RateBucket) => {
      const slot = await booked.next({
        bucket,
        port: 'admin',
        operation: 'op',
        deadline: clock.now() + 57_000,
      })
      clock.advance(Math.max(0, (slot?.from ?? 0) - clock.now()))
    }
    for (let look = 0; look < looks; look += 1) await call('admin-medium')
    const left = ends - event.made
    await booked.plan('admin-low', { cost: left, together: Math.min(2, left) })
    for (; event.made < ends; event.made += 1) await call('admin-low')
  }

  for (;;) {
    const [next] = waiting.filter(({ doneAt }) => doneAt === 0).sort((a, b) => a.at - b.at)
    if (next === undefined || next.deliveries === 200) return { waiting, start }
    clock.advance(Math.max(0, next.at - clock.now()))
    next.deliveries += 1
    try {
      await deliver(next)
      next.doneAt = clock.now()
    } catch (error) {
      if (!(error instanceof RateBudgetError)) throw error
      const { bucket, until } = error
      next.row = toldTurn(next.row, { bucket, at: until, lane: 'deletion' })
      // A delay of the queue is in whole seconds.
      next.at = clock.now() + Math.max(1, Math.ceil((until - clock.now()) / 1000)) * 1000
    }
  }
}

test('an event that waits in two flooded buckets keeps its place in both', async () => {
  const { waiting, start } = await flood(60, 1, 2)
  const tookMs = waiting.map(({ doneAt }) => doneAt - start)

  expect(waiting.filter(({ doneAt }) => doneAt === 0)).toEqual([])
  // With one turn for both, some come 15 times, and the last is done after 341 seconds.
  expect(Math.max(...waiting.map(({ deliveries }) => deliveries))).toBeLessThan(12)
  expect(Math.max(...tookMs)).toBeLessThan(280_000)
})

test('however many events wait in both, each of them is done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (events, looks, ends) => {
        const { waiting } = await flood(events, looks, ends)
        expect(waiting.filter(({ doneAt }) => doneAt === 0)).toEqual([])
      },
    ),
    { numRuns: 10, seed: 1 },
  )
})

test('a row keeps one turn for each bucket, however often it is told', () => {
  const told = ['admin-low', 'admin-medium', 'admin-low'].reduce(
    (row, bucket, at) => toldTurn(row, { bucket, at, lane: 'deletion' }),
    {} as WorkflowRow,
  )

  expect(told.turns).toEqual([
    { bucket: 'admin-medium', at: 1, lane: 'deletion' },
    { bucket: 'admin-low', at: 2, lane: 'deletion' },
  ])
})
