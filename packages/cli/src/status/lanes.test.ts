import type { BucketState } from '@lapse/core/budget'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LanesSeen, laneCounts, lanesOf } from './lanes.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const limit = { perSecond: 5, perMinute: 60 }
const none = { incident: 0, deletion: 0, hygiene: 0 }
const seen = (change: Partial<LanesSeen>): LanesSeen => ({
  events: change.untold ?? none,
  untold: none,
  limit,
  state: undefined,
  openUntil: 0,
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

test('who was told when to come takes its calls all the same, and hygiene stands in no line', () => {
  const put = { events: { ...none, deletion: 40 }, state: bucket({}) }
  expect(minutes(seen(put), 'deletion')).toBeGreaterThanOrEqual(2)
  expect(minutes(seen({ events: { ...none, incident: 40 } }), 'incident')).toBeGreaterThanOrEqual(2)
})

test('events take as many calls as they took of late', () => {
  const events = { ...none, deletion: 30 }
  expect(minutes(seen({ events, state: bucket({ usual: 20 }) }), 'deletion')).toBeGreaterThan(9)
})

test('nobody is done while the circuit is open', () => {
  const open = { openUntil: now + 10 * 60_000, untold: { ...none, deletion: 1 } }
  expect(minutes(seen(open), 'deletion')).toBe(10)
})

test('a second pass whose time has not come is no event that waits', () => {
  const queue = { waiting: 0, in_flight: 0, dead: 0, oldest_ms: null }
  const queues = [
    { ...queue, queue: 'user-deleted', waiting: 3, delayed: 20 },
    { ...queue, queue: 'user-suspended', in_flight: 1, delayed: 5 },
    { ...queue, queue: 'user-deleted-incident', delayed: 2 },
  ]
  const of = { kind: 'expected-pass', open: 14, more: false, next_due_at: null }
  const followUps = [{ ...of, overdue: 1, not_due: 13, not_due_incidents: 2 }]

  expect(laneCounts(queues, followUps)).toEqual({
    events: { incident: 0, deletion: 18, hygiene: 1 },
    untold: { incident: 0, deletion: 4, hygiene: 1 },
  })
  expect(laneCounts([], followUps).events).toEqual({ incident: 0, deletion: 0, hygiene: 1 })
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
