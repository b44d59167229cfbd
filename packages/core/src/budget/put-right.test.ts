import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import { type BucketState, pushed, unused } from './bucket-state.ts'
import { decide } from './decide.ts'
import { putRight } from './put-right.ts'
import { tiers } from './rate-limits.ts'
import { sharesOf } from './windows.ts'

const start = 1_800_000_000_000
const minute = 60_000
const shares = sharesOf(tiers.production['admin-low'])
const request = { bucket: 'admin-low', lane: 'deletion', standing: 'begun' } as const

const four = (state: BucketState, now: number) =>
  decide(state, shares, { ...request, cost: 4, patienceMs: 200 }, now)

const keptAsIs = ({ common, line, lent }: BucketState) => ({ common, line, lent })

test('leaves calls and the line as workers with right clocks have written them', () => {
  const ask = fc.record({
    afterMs: fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 30_000 })),
    lane: fc.constantFrom<Lane>('incident', 'deletion', 'hygiene'),
    standing: fc.constantFrom('new', 'due', 'begun'),
    // Whoever waits for longer than for a message makes one call at a time.
    asked: fc.oneof(
      fc.record({
        cost: fc.integer({ min: 1, max: 20 }),
        patienceMs: fc.constantFrom(0, 200, 3000, 5500),
      }),
      fc.record({ cost: fc.constant(1), patienceMs: fc.constant(30_000) }),
    ),
    heldMs: fc.constantFrom(0, 0, 1000, minute),
  })
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 60 }), (asks) => {
      let [state, now] = [unused, start]
      for (const { afterMs, heldMs, asked, ...given } of asks) {
        now += afterMs
        expect(putRight(state, now)).toMatchObject(keptAsIs(state))
        ;({ state } = decide(state, shares, { ...request, ...given, ...asked }, now))
        if (heldMs > 0) state = pushed(state, now + heldMs)
        expect(putRight(state, now)).toMatchObject(keptAsIs(state))
      }
    }),
  )
})

test('counts calls that are noted too late as made now, so that no more than the limit begin', () => {
  let { state } = four(unused, start)
  for (let call = 0; call < 6; call += 1)
    ({ state } = four(state, start + 5 * minute + call * 1300))
  const right = putRight(state, start + 1000)

  expect(right.common.runs.reduce((calls, [, made]) => calls + made, 0)).toBe(28)
  const next = decide(right, shares, { ...request, cost: 4, patienceMs: minute }, start + 2000)
  const slots = 'slots' in next ? next.slots.map((slot) => slot - start) : []
  // Thirty-one are a minute's but for its last seconds.
  expect(slots.map((slot) => slot > 55_000)).toEqual([false, false, false, true])
})

test('forgets whom it has told a time after calls that are noted too late', () => {
  const lent = { at: start + 9 * minute, again: start + 9 * minute }
  const late = four(unused, start + 5 * minute).state

  const wrong = { lent, hygiene: start + 9 * minute, again: start + 9 * minute }

  expect(putRight({ ...late, ...wrong }, start)).toMatchObject({
    lent: { at: 0, again: 0 },
    hygiene: 0,
    again: 0,
  })
  expect(putRight({ ...unused, ...wrong }, start)).toMatchObject(wrong)
})

test('lets nobody be held up for longer than a minute', () => {
  const state = pushed({ ...unused, pace: start + 9 * minute }, start + 9 * minute)
  const { common, pace } = putRight(state, start)

  expect([common.notBefore - start, pace - start]).toEqual([60_250, 60_250])
})

test.each(['owed', 'ends', 'urgent'] as const)(
  'keeps nothing for others for longer than two minutes: %s',
  (name) => {
    const kept = { calls: 4, until: start + 90 * minute, since: start + 90 * minute }
    const { [name]: right } = putRight({ ...unused, [name]: kept }, start)

    const latest = start + 2 * (minute + 250)
    expect(right).toEqual({ calls: 4, until: latest, since: latest })
  },
)
