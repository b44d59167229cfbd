import { expect, test } from 'vitest'
import { manualClock, memoryLedger } from '../testing/index.ts'
import type { BucketState } from './bucket-state.ts'
import { busyUntil } from './busy-until.ts'
import { rateBudget } from './rate-budget.ts'

const limits = { 'admin-low': { perSecond: 2, perMinute: 10 } }

function world() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const ledger = memoryLedger<BucketState>(clock)
  const terms = { ledger, clock, project: 'ory.example', limits }
  const book = (cost: number) =>
    rateBudget(terms).book({
      bucket: 'admin-low',
      lane: 'deletion',
      cost,
      standing: 'new',
      patienceMs: 0,
    })
  return { clock, terms, book }
}

test('nobody is waited for where nobody stands in line', async () => {
  const { clock, terms, book } = world()

  expect(await busyUntil(terms, 'admin-low')).toBe(clock.now())
  await book(1)
  expect(await busyUntil(terms, 'admin-low')).toBe(clock.now())
  expect(await busyUntil({ ...terms, limits: {} }, 'admin-low')).toBe(clock.now())
})

test('whoever stands in line goes first, and looking takes no slot', async () => {
  const { clock, terms, book } = world()
  const told: number[] = []
  while (told.length < 3) {
    const booking = await book(2)
    if ('comeBackAt' in booking) told.push(booking.comeBackAt)
  }
  const last = Math.max(...told)

  expect(await busyUntil(terms, 'admin-low')).toBeGreaterThanOrEqual(last)
  expect(await busyUntil(terms, 'admin-low')).toBe(await busyUntil(terms, 'admin-low'))
  clock.advance(10 * 60_000)
  expect(await busyUntil(terms, 'admin-low')).toBe(clock.now())
})

test('a bucket that Ory says is used up is waited for', async () => {
  const { clock, terms } = world()
  await rateBudget(terms).pushTo('admin-low', clock.now() + 30_000)

  expect(await busyUntil(terms, 'admin-low')).toBe(clock.now() + 30_000)
})
