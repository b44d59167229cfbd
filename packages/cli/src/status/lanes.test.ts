import type { BucketState } from '@lapse/core/budget'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LanesSeen, lanesOf } from './lanes.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const limit = { perSecond: 5, perMinute: 60 }
const none = { incident: 0, deletion: 0, hygiene: 0 }
const seen = (change: Partial<LanesSeen>): LanesSeen => ({
  events: change.untold ?? none,
  untold: none,
  limit,
  state: undefined,
  ...change,
})
const minutes = (terms: LanesSeen, lane: string) => {
  const { done_at } = lanesOf(terms, now).lanes.find((one) => one.lane === lane) ?? {}
  return done_at ? Math.round((Date.parse(done_at) - now) / 60_000) : done_at
}
/** A bucket in which nobody has booked; `change` says what is. */
const bucket = (change: object) => {
  const log = { runs: [], last: 0, notBefore: 0 }
  return {
    common: log,
    reserve: log,
    hygiene: 0,
    line: { log, at: 0 },
    ...change,
  } as unknown as BucketState
}

test('nothing is done where nothing is to be done, and nobody knows when without a limit', () => {
  expect(lanesOf(seen({}), now).lanes.map(({ done_at }) => done_at)).toEqual([null, null, null])
  const unlimited = lanesOf(seen({ limit: undefined, untold: { ...none, deletion: 9 } }), now)
  expect(unlimited).toMatchObject({ calls_per_minute: null })
  expect(unlimited.lanes[1]).toEqual({ lane: 'deletion', events: 9, done_at: null })
})

test('deletions are done behind incidents, and behind those who were told when to come', () => {
  const untold = { incident: 20, deletion: 200, hygiene: 0 }
  expect(minutes(seen({ untold }), 'incident')).toBe(1)
  expect(minutes(seen({ untold }), 'deletion')).toBeGreaterThan(10)
  const told = bucket({ line: { log: { runs: [], last: 0, notBefore: 0 }, at: now + 30 * 60_000 } })
  expect(minutes(seen({ events: { ...none, deletion: 5 }, state: told }), 'deletion')).toBe(30)
})

test('nobody is done before Ory hears of us again', () => {
  const held = bucket({ common: { runs: [], last: 0, notBefore: now + 10 * 60_000 } })
  expect(minutes(seen({ untold: { ...none, incident: 1 }, state: held }), 'incident')).toBe(10)
})

test('more to do is never done sooner', () => {
  const counts = fc.record({ incident: fc.nat(500), deletion: fc.nat(500), hygiene: fc.nat(50) })
  fc.assert(
    fc.property(counts, fc.constantFrom('incident', 'deletion', 'hygiene'), (untold, lane) => {
      const more = { ...untold, [lane]: untold[lane as keyof typeof untold] + 1 }
      const [before, after] = [untold, more].map((each) => lanesOf(seen({ untold: each }), now))
      const time = (of: typeof before, name: string) =>
        of?.lanes.find((one) => one.lane === name)?.done_at
      for (const name of ['incident', 'deletion', 'hygiene'])
        expect(Date.parse(time(after, name) ?? '') || now).toBeGreaterThanOrEqual(
          Date.parse(time(before, name) ?? '') || 0,
        )
    }),
  )
})
