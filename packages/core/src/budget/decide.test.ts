import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import type { BookingRequest } from '../ports/index.ts'
import { type BucketState, decide, pushed, unused } from './decide.ts'
import { pushedCells } from './gcra.ts'
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

test('keeps what was saved up for the next plan, as long as a window of a minute has room', () => {
  const booked = decide(unused, production, request({ cost: 30 }), start)
  const later = start + 20_000
  const next = decide(booked.state, production, request(), later)
  const over = decide(booked.state, production, request({ standing: 'begun', cost: 5 }), later)

  expect(told(next, later)).toEqual([0, 0, 0, 0])
  expect(told(over)).toEqual([20_000, 20_000, 20_000, 20_000, 34 * interval])
})

const interval = production.common.minute.intervalMs

/** After a minute's worth of calls: the next may come when those would have come one by one. */
const full = decide(unused, production, request({ cost: 34 }), start).state
const nearlyFree = start + 34 * interval - 4000

test('tells who would wait too long when to come back, each a plan after the other, and takes nothing', () => {
  const first = decide(full, production, request(), nearlyFree)
  const second = decide(first.state, production, request(), nearlyFree)

  expect(told(first, nearlyFree)).toEqual({ in: 2500 })
  expect(told(second, nearlyFree)).toEqual({ in: 2500 + 4 * interval })
  expect(second.state.common).toEqual(full.common)
})

test('gives who comes back a slot before those who come for the first time', () => {
  const waiting = decide(full, production, request(), nearlyFree)
  const later = nearlyFree + 2500
  const due = decide(waiting.state, production, request({ standing: 'due' }), later)

  expect(told(decide(waiting.state, production, request(), later), later)).toHaveProperty('in')
  expect(told(due, later)).toEqual([0, 1, 2, 3].map((calls) => 1500 + calls * interval))
})

test('lets the first who comes begin where there is a slot that nobody came back for', () => {
  const waiting = decide(full, production, request(), nearlyFree)
  const later = nearlyFree + 4500

  expect(told(decide(waiting.state, production, request({ cost: 1 }), later), later)).toEqual([0])
})

test('lets no plan begin that would come to a halt half way', () => {
  const most = decide(unused, production, request({ cost: 32 }), start).state
  const later = start + 20_000
  const two = decide(most, production, request({ cost: 2 }), later)
  const four = decide(most, production, request({ cost: 4 }), later)

  expect(told(two, later)).toEqual([0, 0])
  expect(told(four, later)).toEqual({ in: 34 * interval + 1773 - 20_000 - 3 * interval - 1500 })
})

test('gives no more slots now than are wanted now, and keeps a place for all', () => {
  const decision = decide(unused, production, request({ cost: 4, atOnce: 1 }), start)
  const waiting = decide(full, production, request({ cost: 4, atOnce: 1 }), nearlyFree)

  expect(told(decision)).toEqual([0])
  expect(waiting.state.line).toBe(nearlyFree + 2500 + 4 * interval)
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
  const busy = { ...state, common: pushedCells(state.common, start + 20_000) }
  const first = decide(busy, growth, sweep, start)
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
        const decision = decide(state, shares, request(given), now - staleMs)
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
