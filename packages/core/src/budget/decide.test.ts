import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BookingRequest, Lane } from '../ports/index.ts'
import { type BucketState, decide, pushed, unused } from './decide.ts'
import { type RateLimit, tiers } from './rate-limits.ts'
import { graceMs, sharesOf } from './windows.ts'

const start = 1_800_000_000_000
const production = sharesOf(tiers.production['admin-low'])
const growth = sharesOf(tiers.growth['admin-low'])

const request = (given: Partial<BookingRequest> = {}): BookingRequest => ({
  bucket: 'admin-low',
  lane: 'deletion',
  cost: 4,
  standing: 'new',
  patienceMs: 3000,
  ...given,
})

/** Slots by how far ahead they are; the time to come back where there are none. */
function told(decision: ReturnType<typeof decide>, now = start) {
  return 'slots' in decision
    ? decision.slots.map((slot) => slot - now)
    : { in: decision.comeBackAt - now }
}

/** A bucket in which deletions have booked as far ahead as they may, and others wait in line. */
function flooded(shares: typeof growth, now = start): BucketState {
  let { state } = decide(unused, shares, request({ cost: 1000 }), now - 60_000)
  for (let asked = 0; asked < 40; asked += 1) ({ state } = decide(state, shares, request(), now))
  return state
}

test('lets a plan begin at once where nothing has been called for a minute', () => {
  expect(told(decide(unused, production, request(), start))).toEqual([0, 0, 0, 0])
})

test('never lets more than a second’s limit begin at once', () => {
  expect(told(decide(unused, production, request({ cost: 6 }), start))).toEqual([
    0, 0, 0, 0, 1252, 1565,
  ])
})

test('lets the next plan begin when the calls before it would have come one by one', () => {
  const { state } = decide(unused, production, request(), start)
  const interval = production.common.minute.intervalMs

  expect(told(decide(state, production, request({ standing: 'begun' }), start))).toEqual(
    [4, 5, 6, 7].map((calls) => calls * interval),
  )
})

test('tells who would wait too long when to come back, each a plan after the other, and takes nothing', () => {
  const first = decide(unused, production, request(), start)
  const second = decide(first.state, production, request(), start)
  const third = decide(second.state, production, request(), start)
  const interval = production.common.minute.intervalMs

  expect(told(second)).toEqual({ in: 4 * interval - 1500 })
  expect(told(third)).toEqual({ in: 8 * interval - 1500 })
  expect(third.state.common).toEqual(first.state.common)
})

test('gives who comes back in time a slot before those who come for the first time', () => {
  const taken = decide(unused, production, request(), start)
  const waiting = decide(taken.state, production, request(), start)
  const later = start + 6000

  expect(told(decide(waiting.state, production, request(), later), later)).toHaveProperty('in')
  const due = decide(waiting.state, production, request({ standing: 'due' }), later)
  expect(told(due, later)).toEqual([1092, 2865, 4638, 6411])
})

test('books no further ahead than a minute, and at least one call', () => {
  const decision = decide(unused, production, request({ cost: 500 }), start)
  const slots = told(decision) as readonly number[]

  expect(slots.length).toBe(production.common.minute.calls)
  expect(Math.max(...slots)).toBeLessThanOrEqual(60_000)
})

test('lets an incident begin at once while deletions have booked all there is', () => {
  const state = flooded(growth)

  expect(told(decide(state, growth, request(), start))).toHaveProperty('in')
  expect(told(decide(state, growth, request({ lane: 'incident', cost: 3 }), start))).toEqual([
    0, 0, 0,
  ])
})

test('gives hygiene a share of its own while deletions stand in line', () => {
  const state = flooded(growth)
  const sweep = request({ lane: 'hygiene', cost: 1, patienceMs: 30_000 })
  const first = decide(
    { ...state, common: { second: start, minute: start + 20_000 } },
    growth,
    sweep,
    start,
  )
  const again = decide(first.state, growth, sweep, start)

  expect(told(first)).toEqual([20_000])
  expect(told(again)).toEqual({ in: 20_000 + growth.common.minute.intervalMs - 15_000 })
  expect(first.state.hygiene).toBe(start + growth.hygieneIntervalMs)
})

test('lends hygiene what nobody stands in line for', () => {
  const sweep = request({ lane: 'hygiene', cost: 1, patienceMs: 30_000 })
  let state = unused
  for (let calls = 0; calls < 10; calls += 1) {
    const decision = decide(state, growth, sweep, start)
    expect(decision).toHaveProperty('slots')
    ;({ state } = decision)
  }
})

test('gives nobody a slot before a time that Ory has named, and never an earlier one', () => {
  const state = pushed(pushed(unused, start + 2000), start + 1000)

  for (const lane of ['incident', 'deletion', 'hygiene'] as const)
    expect(told(decide(state, growth, request({ lane, cost: 1 }), start))).toEqual([2000])
})

/** The most that begin within a window of this length, wherever it begins. */
function mostWithin(times: readonly number[], lengthMs: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.max(
    0,
    ...sorted.map((time, index) => sorted.slice(index).filter((t) => t < time + lengthMs).length),
  )
}

const lanes: readonly Lane[] = ['incident', 'deletion', 'hygiene']
const limits: readonly RateLimit[] = [
  ...Object.values(tiers).flatMap((tier) => Object.values<RateLimit>(tier)),
  { perSecond: 1, perMinute: 2 },
  { perSecond: 1, perMinute: 60 },
  { perSecond: 3, perMinute: 200 },
].filter(({ perSecond }) => perSecond < 100)

test('no window of a second or a minute ever exceeds the limit, whoever asks for what, however late within the grace', () => {
  const ask = fc.record({
    afterMs: fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 3000 }), fc.nat({ max: 90_000 })),
    lane: fc.constantFrom(...lanes),
    standing: fc.constantFrom('new', 'due', 'begun'),
    cost: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 })),
    /** One worker's time may be behind what another has written. */
    staleMs: fc.constantFrom(0, 0, 0, 400),
    lateness: fc.array(fc.nat({ max: graceMs }), { minLength: 1, maxLength: 7 }),
  })
  fc.assert(
    fc.property(fc.constantFrom(...limits), fc.array(ask, { maxLength: 60 }), (limit, asks) => {
      const shares = sharesOf(limit)
      const begun: number[] = []
      let [state, now] = [unused, start]
      for (const { afterMs, staleMs, lateness, ...given } of asks) {
        now += afterMs
        const decision = decide(state, shares, request({ ...given, bucket: 'x' }), now - staleMs)
        state = decision.state
        if (!('slots' in decision)) continue
        decision.slots.forEach((slot, index) => {
          const late = lateness[index % lateness.length] ?? 0
          begun.push(slot + late)
        })
      }
      expect(mostWithin(begun, 1000)).toBeLessThanOrEqual(limit.perSecond)
      expect(mostWithin(begun, 60_000)).toBeLessThanOrEqual(limit.perMinute)
    }),
    { numRuns: 500 },
  )
})

test('loses next to nothing of what limit less tolerance allows', () => {
  for (const limit of [tiers.production, tiers.growth, tiers.enterprise].map(
    (t) => t['admin-low'],
  )) {
    const shares = sharesOf(limit)
    const { calls, intervalMs } = shares.common.minute
    expect((calls * intervalMs) / 60_000).toBeLessThan(1.02)
  }
})
