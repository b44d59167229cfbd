import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import type { BookingRequest, Unused } from '../ports/index.ts'
import { type BucketState, pushed, unused } from './bucket-state.ts'
import { pushedLog } from './call-log.ts'
import { decide } from './decide.ts'
import { givenBack } from './give-back.ts'
import { type RateLimit, tiers } from './rate-limits.ts'
import { graceMs, type Shares, sharesOf } from './windows.ts'

const start = 1_800_000_000_000
const small = sharesOf(tiers.production['admin-low'])
/** Production as if no room were left for incidents. */
const { headroom: _headroom, ...windows } = small.common
const production: Shares = {
  ...small,
  common: windows,
  urgent: windows,
  intervalMs: windows.minute.intervalMs,
}
const growth = sharesOf(tiers.growth['admin-low'])

const request = (given: Partial<BookingRequest> = {}): BookingRequest => ({
  bucket: 'admin-low',
  lane: 'deletion',
  cost: 4,
  standing: 'new',
  together: 2,
  patienceMs: 3000,
  ...given,
})

/** A number of calls that is booked as far ahead as need be. */
const begun = (cost: number, patienceMs = 60_000) =>
  request({ cost, standing: 'begun', patienceMs })

/** Slots by how far ahead they are; the time to come back where there are none. */
function told(decision: ReturnType<typeof decide>, now = start) {
  return 'slots' in decision
    ? decision.slots.map((slot) => slot - now)
    : { in: decision.comeBackAt - now }
}

/** A bucket in which deletions have booked as far ahead as they may, and others wait in line. */
function flooded(shares: typeof growth, now = start): BucketState {
  let { state } = decide(unused, shares, begun(shares.common.minute.calls), now - 40_000)
  for (let asked = 0; asked < 40; asked += 1) ({ state } = decide(state, shares, request(), now))
  return state
}

test('lets a plan begin at once where nothing has been called for a minute', () => {
  expect(told(decide(unused, production, request(), start))).toEqual([0, 0, 0, 0])
})

test('never lets more than a second’s limit begin at once', () => {
  expect(told(decide(unused, production, request({ cost: 6 }), start))).toEqual([
    0, 0, 0, 0, 1250, 1250,
  ])
})

test('lets calls begin together whenever a minute has room for all of them', () => {
  const booked = decide(unused, production, begun(30), start)
  const later = start + 20_000
  const next = decide(booked.state, production, request(), later)
  const over = decide(booked.state, production, begun(6), later)

  expect(told(next, later)).toEqual([0, 0, 0, 0])
  // The thirty have begun within eight seconds and three quarters; four more are a minute's limit.
  expect(told(over, later)).toEqual([0, 0, 0, 0, 60_250 - 20_000, 60_250 - 20_000])
})

const interval = production.intervalMs

/** After a minute's worth of calls, four each second and a quarter. */
const full = decide(unused, production, begun(34), start).state
const nearlyFree = start + 60_250 - 4000

test('tells who would have to wait when to come back, each a plan after the other, and takes nothing', () => {
  const first = decide(full, production, request(), nearlyFree)
  const second = decide(first.state, production, request(), nearlyFree)

  // Two calls of a plan may be made as soon as there is room for them.
  expect(told(first, nearlyFree)).toEqual({ in: 4000 + interval })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + 5 * interval })
  expect(second.state.common).toEqual(full.common)
})

test('lets plans begin at a steady pace, four calls ahead of it at first', () => {
  const due = request({ standing: 'due', patienceMs: 200 })
  let state = unused
  const began = []
  for (let now = start; now < start + 20_000; now += 50) {
    const decision = decide(state, production, due, now)
    if ('slots' in decision) began.push(now - start)
    state = 'slots' in decision ? decision.state : state
  }

  expect(began).toEqual([0, 1050, 6900, 14_000])
})

test('makes up for no more than four calls of a time in which nothing began', () => {
  const first = decide(unused, production, request(), start)
  const later = start + 120_000
  const { state } = decide(first.state, production, request(), later)

  expect(state.pace).toBe(later)
})

test('keeps for an incident what becomes free until it comes back', () => {
  const incident = request({ lane: 'incident', patienceMs: 200 })
  const waiting = decide(full, production, incident, nearlyFree)
  const later = start + 60_250
  const back = decide(waiting.state, production, { ...incident, standing: 'due' }, later)

  for (const standing of ['due', 'begun'] as const) {
    const other = request({ standing, patienceMs: 200 })
    expect(told(decide(waiting.state, production, other, later), later)).toHaveProperty('in')
  }
  expect(told(back, later)).toEqual([0, 0, 0, 0])
  expect(back.state.urgent.calls).toBe(0)
})

test.each(['deletion', 'incident'] as const)(
  'gives whoever missed a slot another one before an incident that waits: %s',
  (lane) => {
    const one = { cost: 1, together: 1, lane }
    const mine = decide(unused, production, request({ ...one, standing: 'begun' }), start)
    const others = decide(mine.state, production, begun(33), start)
    const incident = request({ lane: 'incident', patienceMs: 200 })
    const { state } = decide(others.state, production, incident, start + 30_000)
    const later = start + 40_000
    const again = decide(state, production, request({ ...one, instead: start }), later)

    expect(told(again, later)).toEqual([0])
    expect(again.state.urgent).toEqual(state.urgent)
    expect(told(decide(again.state, production, begun(1), later), later)).not.toEqual([0])
  },
)

test('gives an incident another slot for the one that it missed, where there is no further one', () => {
  const all = decide(unused, small, begun(34), start - 10_000)
  const urgent = request({ lane: 'incident', cost: 1, together: 1 })
  const [first, second] = [start + 46_000, start + 47_000]
  const last = decide(all.state, small, urgent, first)
  const again = decide(last.state, small, { ...urgent, instead: first }, second)

  expect(told(last, first)).toEqual([0])
  expect(told(again, second)).toEqual([0])
})

test('books as ever for a slot that is not known any more', () => {
  const lost = request({ cost: 1, together: 1, standing: 'begun', instead: start - 90_000 })

  expect(told(decide(full, production, lost, nearlyFree), nearlyFree)).toHaveProperty('in')
})

test('says when there is another slot where it cannot be waited for, and keeps a call for it', () => {
  const held = pushed(full, nearlyFree + 20_000)
  const missed = request({ cost: 1, instead: start, standing: 'begun', patienceMs: 200 })

  expect(told(decide(held, production, missed, nearlyFree), nearlyFree)).toEqual({ in: 20_000 })
})

test.each(['new', 'due'] as const)(
  'keeps for one incident what it was kept, whatever another that is %s has booked ahead',
  (standing) => {
    const incident = request({ lane: 'incident', standing, patienceMs: 200 })
    const kept = { calls: standing === 'new' ? 4 : 6, until: start + 9000, since: start }
    // One slot is free for each call that others wait for, and for what is planned.
    const state = { ...unused, usual: 2, urgent: kept, line: { log: unused.common, at: start } }
    const first = decide(state, growth, { ...incident, isUnplanned: true }, start)
    const slots = 'slots' in first ? first.slots : []
    const ahead = { slots, later: 0, together: 2, begun: false }
    const plan = request({ lane: 'incident', standing: 'due', patienceMs: 200, ahead })
    const planned = decide(first.state, growth, plan, start)
    const waits = decide(pushed(first.state, start + 5000), growth, plan, start)

    expect(slots).toHaveLength(2)
    expect(told(planned)).toEqual([0, 0, 0, 0])
    expect(planned.state.urgent.calls).toBe(4)
    expect(waits.state.urgent.calls).toBe(8)
  },
)

test('keeps nothing for an incident that does not come back', () => {
  const incident = request({ lane: 'incident', patienceMs: 200 })
  const waiting = decide(full, production, incident, nearlyFree)
  const later = start + 60_250 + 3000

  expect(
    told(decide(waiting.state, production, request({ standing: 'due' }), later), later),
  ).toEqual([0, 0, 0, 0])
})

test('lets incidents come one after the other', () => {
  const incident = request({ lane: 'incident', patienceMs: 200 })
  const first = decide(full, production, incident, nearlyFree)
  const second = decide(first.state, production, incident, nearlyFree)

  expect([told(first, nearlyFree), told(second, nearlyFree)]).toEqual([{ in: 4000 }, { in: 5250 }])
})

test('gives who comes back a slot before those who come for the first time', () => {
  const waiting = decide(full, production, request(), nearlyFree)
  const later = start + 60_250
  const due = decide(waiting.state, production, request({ standing: 'due' }), later)

  expect(told(decide(waiting.state, production, request(), later), later)).toHaveProperty('in')
  expect(told(due, later)).toEqual([0, 0, 0, 0])
})

test('lets the first who comes begin where there is a slot that nobody came back for', () => {
  const waiting = decide(full, production, request(), nearlyFree)
  const later = start + 60_250 + 3000

  expect(told(decide(waiting.state, production, request(), later), later)).toEqual([0, 0, 0, 0])
})

test('lets a plan begin in part where its end is near, and keeps what it has left for it', () => {
  const busy = decide(unused, production, begun(32), start - 40_000)
  const part = decide(busy.state, production, request({ patienceMs: 200 }), start)
  const other = request({ standing: 'due', patienceMs: 200 })
  const later = start + 20_250
  const rest = request({ standing: 'begun', cost: 2, patienceMs: 200 })
  const ended = decide(part.state, production, rest, later)

  expect(told(part)).toEqual([0, 0])
  // Four calls have room again: two of them are kept, and two may be made.
  expect(told(decide(part.state, production, other, later), later)).toEqual([0, 0])
  expect(told(ended, later)).toEqual([0, 0])
  expect(ended.state.owed.calls).toBe(0)
})

test('makes the end of a plan that has begun before what others that have begun have left', () => {
  const busy = decide(unused, production, begun(30), start - 40_000).state
  const ofPlans = (plans: number) => ({
    ...busy,
    ends: { calls: 2 * plans, until: start + 9000, since: start },
  })
  const rest = request({ cost: 12, standing: 'begun', patienceMs: 200 })
  const alone = decide(ofPlans(1), production, rest, start)
  const among = decide(ofPlans(2), production, rest, start)
  const end = request({ cost: 2, standing: 'begun', patienceMs: 200 })
  const ended = decide(among.state, production, end, start + 1250)

  // Four calls have room, two of which are left for its own end, and as many for that of another.
  expect(told(alone)).toEqual([0, 0])
  expect(told(among)).toHaveProperty('in')
  expect(told(ended, start + 1250)).toEqual([0, 0])
  expect(ended.state.ends.calls).toBe(2)
})

test('keeps room for the end of a plan until it is made', () => {
  const part = decide(
    unused,
    production,
    request({ cost: 12, standing: 'due', patienceMs: 0 }),
    start,
  )
  const end = request({ cost: 2, standing: 'begun', patienceMs: 200 })

  expect(part.state.ends.calls).toBe(2)
  expect(decide(part.state, production, end, start + 1250).state.ends.calls).toBe(0)
})

test('keeps nothing for those who do not come back', () => {
  const busy = decide(unused, production, begun(32), start - 40_000)
  const part = decide(busy.state, production, request({ patienceMs: 200 }), start)
  const later = start + 20_250 + 3000
  const due = request({ standing: 'due', patienceMs: 200 })

  expect(told(decide(part.state, production, due, later), later)).toEqual([0, 0, 0, 0])
})

test('lets no plan begin in part whose end is far', () => {
  const busy = decide(unused, production, begun(32), start - 20_000).state
  const two = decide(busy, production, request({ cost: 2, patienceMs: 200 }), start)
  const four = decide(busy, production, request({ patienceMs: 200 }), start)

  expect(told(two)).toEqual([0, 0])
  expect(told(four)).toHaveProperty('in')
})

test('never parts calls that go together', () => {
  const state = decide(unused, production, begun(31), start - 40_000).state
  const three = request({ cost: 4, together: 2, patienceMs: 200 })
  const tail = request({ cost: 4, together: 4, patienceMs: 200 })

  expect(told(decide(state, production, three, start))).toEqual([0, 0])
  expect(told(decide(state, production, tail, start))).toHaveProperty('in')
})

test('begins sooner or later whatever is planned, however many go together', () => {
  const plan = request({ cost: 50, together: 50, patienceMs: 200 })

  expect(told(decide(unused, production, plan, start))).toEqual([0, 0, 0, 0])
})

test('sends those who came back in vain away one after the other', () => {
  const due = request({ standing: 'due', patienceMs: 200 })
  const first = decide(full, production, due, nearlyFree)
  const second = decide(first.state, production, due, nearlyFree)

  expect(told(first, nearlyFree)).toEqual({ in: 4000 })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + interval })
})

test.each([
  [1, 1],
  [4, 1],
  [6, 1.5],
  [22, 5.5],
])(
  'sends them away the further apart the longer plans are: %d calls, %d intervals',
  (usual, apart) => {
    const due = request({ standing: 'due', patienceMs: 200 })
    const first = decide({ ...full, usual }, production, due, nearlyFree)
    const second = decide(first.state, production, due, nearlyFree)

    expect(told(second, nearlyFree)).toEqual({ in: Math.ceil(4000 + apart * interval) })
  },
)

test('has one that has begun come back for two calls at once, but for its end', () => {
  const steady = Array.from({ length: 34 }, (_, call) => call).reduce(
    (state, call) => decide(state, production, begun(1), start + call * 1750).state,
    unused,
  )
  const now = start + 60_250 - 1000
  const left = (cost: number) => request({ cost, standing: 'begun', patienceMs: 200 })

  expect(told(decide(steady, production, left(12), now), now)).toEqual({ in: 1000 + 1750 })
  expect(told(decide(steady, production, left(4), now), now)).toEqual({ in: 1000 + 1750 })
  expect(told(decide(steady, production, left(3), now), now)).toEqual({ in: 1000 })
})

test('gives no more slots now than are wanted now, and keeps room for the others', () => {
  const decision = decide(unused, production, request({ atOnce: 1, patienceMs: 200 }), start)

  expect(told(decision)).toEqual([0])
  expect(decision.state.owed.calls).toBe(3)
})

test('books no further ahead than its caller waits, and no more than a minute’s worth', () => {
  const soon = decide(unused, production, request({ cost: 500, patienceMs: 3000 }), start)
  const far = decide(unused, production, begun(34), start)

  expect(told(soon)).toEqual([0, 0, 0, 0, 1250, 1250, 1250, 1250, 2500, 2500, 2500, 2500])
  expect(told(far)).toHaveLength(production.common.minute.calls)
})

test('keeps few numbers, however many calls there are', () => {
  const wide = sharesOf({ perSecond: 99, perMinute: 5900 })
  let [state, now] = [unused, start]
  for (let call = 0; call < 1200; call += 1, now += 50) {
    ;({ state } = decide(state, wide, request({ cost: 1, standing: 'due' }), now))
  }

  expect(JSON.stringify(state).length).toBeLessThan(10_000)
})

/** The newest calls that deletions have made at a bucket's fullest: one in each interval. */
function busy(shares: Shares): BucketState {
  let [state, now] = [unused, start]
  for (let call = 0; call < 200; call += 1, now += shares.intervalMs)
    ({ state } = decide(state, shares, begun(1), now))
  return state
}

test.each([
  ['developer', 15_600],
  ['staging', 4720],
  ['production', 4720],
  ['growth', 0],
  ['enterprise', 0],
] as const)(
  'whenever an incident of four calls comes on %s, it waits for %d ms at most',
  (tier, mostMs) => {
    const shares = sharesOf(tiers[tier]['admin-low'])
    const ask = fc.record({ afterMs: fc.nat({ max: 6000 }), cost: fc.integer({ min: 1, max: 4 }) })
    const asks = fc.array(ask, { maxLength: 60 })
    const states = { idle: unused, busy: busy(shares) }
    fc.assert(
      fc.property(fc.constantFrom('idle', 'busy'), asks, (name, given) => {
        let [now, used] = [start + 200 * shares.intervalMs, states[name]]
        for (const { afterMs, cost } of given) {
          now += afterMs
          used = decide(used, shares, begun(cost, 0), now).state
        }
        const incident = { ...begun(4), lane: 'incident' } as const
        const slots = told(decide(used, shares, incident, now), now)
        // No more than a second's calls begin at once, whoever makes them; times are in steps of 50 ms.
        expect(Array.isArray(slots) && Math.max(...slots)).toBeLessThan(
          Math.max(mostMs + 1, 1250 + 50),
        )
      }),
    )
  },
)

test('lets deletions make no more calls than leave an incident room, and incidents all there are', () => {
  const most = decide(unused, small, begun(34), start)
  const later = start + 50_000
  const incidents = decide(most.state, small, { ...begun(4), lane: 'incident' }, later)

  expect(told(most)).toHaveLength(34)
  expect(told(decide(unused, small, begun(32), start)).toString()).toMatch(/^(\d+,){31}5[56]\d{3}$/)
  expect(told(incidents, later)).toHaveLength(4)
})

test('lets an incident begin at once while deletions have booked all there is', () => {
  const state = flooded(growth)

  expect(told(decide(state, growth, request(), start))).toHaveProperty('in')
  expect(told(decide(state, growth, request({ lane: 'incident', cost: 3 }), start))).toEqual([
    0, 0, 0,
  ])
})

const unplanned = request({ isUnplanned: true, patienceMs: 200 })
const inNoHurry = request({ lane: 'hygiene', patienceMs: 200 })

test('takes nothing for what is not planned yet where nobody waits', () => {
  const decision = decide(unused, production, unplanned, start)

  expect(decision).toEqual({ slots: [], state: unused })
})

test('takes what a plan needs before it is known where it was told to come back', () => {
  const state = { ...unused, usual: 3.6 }
  const due = decide(state, production, { ...unplanned, standing: 'due' }, start)
  const other = decide(due.state, production, { ...unplanned, standing: 'due' }, start)

  expect(due).toMatchObject({ slots: [start, start, start, start], later: 0 })
  // No more than a second's calls begin at once.
  expect(other).toMatchObject({ comeBackAt: start + 1250 })
})

test('keeps a place in line of one call for what is not planned yet, however long plans are', () => {
  const ask = request({ isUnplanned: true, patienceMs: 200 })
  const first = decide({ ...full, usual: 4 }, production, ask, nearlyFree)
  const second = decide(first.state, production, ask, nearlyFree)

  expect(told(first, nearlyFree)).toEqual({ in: 4000 })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + interval })
})

test('takes what a plan needs before it is known where others stand in line', () => {
  const waiting = decide(full, production, request(), nearlyFree).state
  const later = start + 60_250 + 2500

  expect(told(decide(waiting, production, unplanned, later), later)).toHaveProperty('in')
  const incident = decide(waiting, production, { ...unplanned, lane: 'incident' }, later)
  expect(told(incident, later)).toEqual([0, 0])
})

test('takes what a plan needs before it is known where hygiene waits for what is left', () => {
  const waiting = decide(full, production, inNoHurry, nearlyFree).state
  const later = start + 60_250 + 2500

  for (const lane of ['deletion', 'incident'] as const)
    expect(told(decide(waiting, production, { ...unplanned, lane }, later), later)).toEqual([0, 0])
  const idle = { ...waiting, lent: unused.lent }
  expect(told(decide(idle, production, unplanned, later), later)).toEqual([])
})

test('expects of what is not planned yet what plans made of late', () => {
  const due = request({ standing: 'due', patienceMs: 60_000 })
  const after = (costs: readonly number[]) =>
    costs.reduce(
      (state, cost, index) =>
        decide(state, production, { ...due, cost, together: 1 }, start + index * 60_000).state,
      unused,
    )
  const booked = (state: BucketState) => {
    const { slots = [], later = 0 } = decide(
      state,
      production,
      { ...unplanned, standing: 'due' },
      start + 3_600_000,
    ) as { slots?: readonly number[]; later?: number }
    return slots.length + later
  }

  expect(booked(unused)).toBe(2)
  expect(booked(after(Array(12).fill(1)))).toBe(1)
  expect(booked(after(Array(12).fill(3)))).toBe(3)
  // However long they are: what is over is booked once it is known.
  expect(booked(after(Array(12).fill(30)))).toBe(4)
})

test('moves what plans make of late by an eighth with each, also with one that has begun since it was booked ahead', () => {
  const plan = request({ cost: 10, patienceMs: 60_000 })
  const ahead = { slots: [], later: 0, together: 2, begun: true }
  const usualAfter = (more: Partial<BookingRequest>) =>
    decide(unused, production, { ...plan, ...more }, start).state.usual

  expect(usualAfter({ standing: 'due' })).toBe(3)
  expect(usualAfter({ standing: 'begun' })).toBe(2)
  expect(usualAfter({ standing: 'begun', ahead })).toBe(3)
})

test('keeps what plans have left, and their ends, until one that has begun comes back', () => {
  const kept = { calls: 2, until: nearlyFree + 100, since: nearlyFree }
  const rest = request({ cost: 2, standing: 'begun', patienceMs: 200 })
  const waits = decide({ ...full, owed: kept, ends: kept }, production, rest, nearlyFree)
  const until = start + 60_250 + 3000

  expect(told(waits, nearlyFree)).toEqual({ in: 4000 })
  expect(waits.state).toMatchObject({ owed: { ...kept, until }, ends: { ...kept, until } })
})

test('leaves to others the end of a plan that was to get its slots later', () => {
  const ends = { calls: 3, until: start + 9000, since: start }
  const left = { slots: [], later: 3, together: 2, begun: false }

  expect(givenBack({ ...unused, ends }, production, 'deletion', left).ends.calls).toBe(1)
})

test('leaves to others what was booked and is not used', () => {
  const before = decide(unused, production, begun(30), start).state
  const { state, ...booked } = decide(before, production, request(), start + 20_000)
  const ahead = {
    slots: 'slots' in booked ? booked.slots : [],
    later: 0,
    together: 2,
    begun: false,
  }
  const back = givenBack(state, production, 'deletion', ahead)

  expect(back.common).toEqual(before.common)
  expect(back.pace).toBe(state.pace - 4 * interval)
  expect(givenBack(state, production, 'deletion', { ...ahead, begun: true }).pace).toBe(state.pace)
})

test('leaves to others the calls that were to get their slots later', () => {
  const asked = request({ atOnce: 1, patienceMs: 200 })
  const { state } = decide(unused, production, asked, start)
  const ahead = { slots: [], later: 3, together: 2, begun: false }
  const urgent = decide(unused, production, { ...asked, lane: 'incident' }, start).state

  expect(state.owed.calls).toBe(3)
  expect(givenBack(state, production, 'deletion', ahead).owed.calls).toBe(0)
  expect(givenBack(urgent, production, 'incident', ahead)).toMatchObject({
    urgent: { calls: 0 },
    pace: urgent.pace,
  })
})

test('books a plan in the place of what was booked before it was known', () => {
  const due = { ...unplanned, standing: 'due' } as const
  const usual = { ...decide(unused, production, begun(28), start - 20_000).state, usual: 4 }
  const { state, ...booked } = decide(usual, production, due, start)
  const ahead = {
    slots: 'slots' in booked ? booked.slots : [],
    later: 0,
    together: 2,
    begun: false,
  }
  const six = decide(state, production, { ...due, isUnplanned: false, cost: 6, ahead }, start)
  const two = decide(state, production, { ...due, isUnplanned: false, cost: 2, ahead }, start)

  expect(told({ state, ...booked } as never)).toEqual([0, 0, 0, 0])
  expect(told(six)).toEqual([0, 0, 0, 0])
  expect(told(two)).toEqual([0, 0])
  expect(two.state.pace).toBe(state.pace - 2 * interval)
})

test.each([1, 3, 4])(
  'leaves hygiene the share of its own where its plan is of %d calls, and not as long as was expected',
  (cost) => {
    const now = start + 60_250
    const waiting = decide(full, production, request(), nearlyFree).state
    const due = request({ lane: 'hygiene', standing: 'due', patienceMs: 200 })
    const first = decide(waiting, production, { ...due, isUnplanned: true }, now)
    const slots = 'slots' in first ? first.slots : []
    const ahead = { slots, later: 0, together: 2, begun: false }
    const planned = decide(first.state, production, { ...due, cost, ahead }, now)

    expect(slots).toHaveLength(2)
    expect(told(planned, now)).toEqual(Array(cost).fill(0))
    expect(planned.state.hygiene).toBe(now + cost * production.hygieneIntervalMs)
  },
)

test('gives hygiene a share of its own while deletions stand in line', () => {
  const state = flooded(growth)
  const sweep = request({ lane: 'hygiene', cost: 1, patienceMs: 30_000 })
  const busy = { ...state, common: pushedLog(state.common, start + 21_000) }
  const first = decide(busy, growth, sweep, start)
  const again = decide(first.state, growth, sweep, start)

  expect(told(first)).toEqual([21_000])
  expect(told(again)).toEqual({ in: 21_000 })
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

test('tells hygiene times one after the other, and lets nobody of it begin before those who wait', () => {
  const first = decide(full, production, inNoHurry, nearlyFree)
  const second = decide(first.state, production, inNoHurry, nearlyFree)
  const own = { ...second.state, hygiene: start + 900_000 }
  const later = start + 60_250 + 2500

  expect(told(first, nearlyFree)).toEqual({ in: 4000 + 3 * interval })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + 7 * interval })
  expect(told(decide(own, production, inNoHurry, later), later)).toHaveProperty('in')
  const due = request({ ...inNoHurry, standing: 'due' })
  expect(told(decide(own, production, due, later), later)).toEqual([0, 0, 0, 0])
})

test('expects half of what plans made of late from hygiene that is not planned yet', () => {
  const ask = { ...inNoHurry, isUnplanned: true }
  const long = { ...full, usual: 4, hygiene: start + 900_000 }
  const first = decide(long, production, ask, nearlyFree)
  const second = decide(first.state, production, ask, nearlyFree)

  expect(told(first, nearlyFree)).toEqual({ in: 4000 + interval })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + 3 * interval })
})

test('tells those of hygiene who came in vain times one after the other', () => {
  const due = request({ ...inNoHurry, standing: 'due' })
  const long = { ...full, usual: 4, hygiene: start + 900_000 }
  const first = decide(long, production, due, nearlyFree)
  const second = decide(first.state, production, due, nearlyFree)

  expect(told(first, nearlyFree)).toEqual({ in: 4000 })
  expect(told(second, nearlyFree)).toEqual({ in: 4000 + 2 * interval })
})

test('lets hygiene come back at the pace of its share, and when nobody else stands in line any more', () => {
  const asked = request({ ...inNoHurry, standing: 'due' })
  let state: BucketState = { ...flooded(growth), hygiene: start + 30_000 }
  const lineEnds = state.line.at + 3000 - start
  const times = Array.from({ length: 6 }, () => {
    const decision = decide(state, growth, asked, start)
    ;({ state } = decision)
    return 'comeBackAt' in decision ? decision.comeBackAt - start : 0
  })

  const apart = 4 * growth.hygieneIntervalMs
  const inShare = times.filter((time) => time < lineEnds)
  expect(inShare).toEqual(inShare.map((_, index) => 30_000 + index * apart))
  expect(inShare.length).toBeGreaterThan(1)
  const after = times.filter((time) => time >= lineEnds)
  expect(after.length).toBeGreaterThan(1)
  expect(new Set(after).size).toBe(after.length)
})

test('keeps hygiene beyond its share behind deletions that came in vain', () => {
  const state = { ...unused, again: start + 5000, hygiene: start + 90_000 }
  const due = request({ ...inNoHurry, standing: 'due' })
  const busy = { ...state, common: pushedLog(state.common, start) }

  expect(told(decide(busy, growth, due, start))).toEqual({ in: 8000 + growth.intervalMs * 4 })
  expect(told(decide(busy, growth, due, start + 8000), start + 8000)).toEqual([0, 0, 0, 0])
})

test('takes all calls of a plan out of hygiene’s share, though few of them can begin', () => {
  const cost = 22
  const waiting = decide(full, production, request(), nearlyFree).state
  const { state, ...booked } = decide(waiting, production, { ...inNoHurry, cost }, start + 60_250)

  expect('slots' in booked && booked.slots.length).toBeLessThan(cost)
  expect(state.hygiene).toBe(start + 60_250 + cost * production.hygieneIntervalMs)
  const rest = request({ lane: 'hygiene', cost: 18, standing: 'begun', patienceMs: 60_000 })
  expect(decide(state, production, rest, start + 62_000).state.hygiene).toBe(state.hygiene)
})

test('goes on with a plan of hygiene that has begun as with any other', () => {
  const owed = { calls: 4, until: nearlyFree + 100, since: nearlyFree }
  const state = { ...full, owed, ends: owed, hygiene: start + 900_000 }
  for (const cost of [2, 5]) {
    const rest = request({ cost, standing: 'begun', patienceMs: 200 })
    const asDeletion = decide(state, production, rest, nearlyFree)

    expect(decide(state, production, { ...rest, lane: 'hygiene' }, nearlyFree)).toEqual(asDeletion)
    expect(asDeletion.state.owed.until).toBeGreaterThan(owed.until)
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
    together: fc.integer({ min: 1, max: 6 }),
    patienceMs: fc.constantFrom(0, 200, 3000, 60_000),
    /** One worker's time may be behind what another has written. */
    staleMs: fc.constantFrom(0, 0, 0, 400),
    lateness: fc.array(fc.nat({ max: graceMs }), { minLength: 1, maxLength: 7 }),
    /** Which of its calls miss their slots. */
    missed: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
    /** Whether it comes with a slot that was missed, its own or that of another who asks as it does. */
    givesBack: fc.boolean(),
    /** What becomes of slots that it does not use: nothing, they are given back, or for a plan. */
    leaves: fc.constantFrom('nothing', 'nothing', 'back', 'ahead'),
    /** How far ahead Ory says that nothing is let through before, once it was asked. */
    pushedMs: fc.constantFrom(0, 0, 0, 0, 5000, 30_000),
  })
  fc.assert(
    fc.property(fc.constantFrom(...limits), fc.array(ask, { maxLength: 60 }), (limit, asks) => {
      const shares = sharesOf(limit)
      const begun: number[] = []
      const missedSlots: { readonly lane: Lane; readonly slot: number }[] = []
      const notYet: { readonly lane: Lane; readonly ahead: Unused }[] = []
      let [state, now, held] = [unused, start, 0]
      for (const ask of asks) {
        const { afterMs, staleMs, lateness, missed, givesBack, leaves, pushedMs, ...given } = ask
        now += afterMs
        const isMissed = ({ lane, slot }: (typeof missedSlots)[number]) =>
          lane === given.lane && (slot < now - staleMs - graceMs || slot < held)
        const index = givesBack ? missedSlots.findIndex(isMissed) : -1
        const [back] = index === -1 ? [] : missedSlots.splice(index, 1)
        const planned = back ? -1 : notYet.findIndex(({ lane }) => lane === given.lane)
        const [earlier] = planned === -1 ? [] : notYet.splice(planned, 1)
        const asked = request({
          ...given,
          ...(back && { cost: 1, instead: back.slot }),
          ...(earlier && { ahead: earlier.ahead }),
        })
        const decision = decide(state, shares, asked, now - staleMs)
        state = pushedMs === 0 ? decision.state : pushed(decision.state, now + pushedMs)
        if (pushedMs > 0) held = Math.max(held, now + pushedMs)
        if (!('slots' in decision)) continue
        if (leaves !== 'nothing') {
          const ahead = { slots: decision.slots, later: 0, together: 2, begun: false }
          if (leaves === 'back') state = givenBack(state, shares, given.lane, ahead)
          else notYet.push({ lane: given.lane, ahead })
          continue
        }
        decision.slots.forEach((slot, index) => {
          const late = lateness[index % lateness.length] ?? 0
          const isLost = slot < held || missed[index % missed.length] === true
          if (isLost) missedSlots.push({ lane: given.lane, slot })
          else begun.push(slot + late)
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
