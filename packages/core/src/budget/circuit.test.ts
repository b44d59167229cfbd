import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CircuitState, closed, gateOf, probed, probing, signed } from './circuit.ts'

const start = 1_800_000_000_000

const after = (...events: readonly string[]): CircuitState =>
  events.reduce((state, event, index) => signed(state, event, start + index), closed)

test('opens when three different events have met the same', () => {
  expect(gateOf(after('a', 'b'), start)).toBe('closed')
  expect(gateOf(after('a', 'b', 'c'), start)).toBe('open')
})

test('forgets signs that are older than a minute', () => {
  expect(gateOf(signed(after('a', 'b'), 'c', start + 60_001), start + 60_001)).toBe('closed')
})

test('lets one look once its time is over, and nobody else', () => {
  const open = after('a', 'b', 'c')
  const later = start + 20_000

  expect(gateOf(open, later)).toBe('probe')
  expect(gateOf(probing(open, later), later)).toBe('open')
  expect(probing(open, start)).toBe(open)
})

test('closes when Ory answers, and stays open for longer each time that it does not', () => {
  const open = after('a', 'b', 'c')
  let state = open
  const opens = [1, 2, 3, 4, 5].map(() => {
    state = probed(state, false, start)
    return state.openUntil - start
  })

  expect(gateOf(probed(open, true, start), start)).toBe('closed')
  expect(opens).toEqual([20_000, 40_000, 60_000, 60_000, 60_000])
})

test('stays open for longer where Ory answers whoever looks, and fails everything else', () => {
  const again = (state: CircuitState, at: number) =>
    ['a', 'b', 'c'].reduce((before, event) => signed(before, event, at), state)
  const relapses: number[] = []
  let [state, now] = [again(closed, start), start]
  for (const _once of [1, 2, 3, 4]) {
    relapses.push(state.openUntil - now)
    now = state.openUntil + 1
    state = again(probed(probing(state, now), true, now), now + 1000)
    now += 1000
  }
  const longAfter = probed(probing(state, state.openUntil + 1), true, state.openUntil + 1)
  const later = state.openUntil + 10 * 60_000

  expect(relapses).toEqual([10_000, 20_000, 40_000, 60_000])
  expect(again(longAfter, later).openUntil - later).toBe(10_000)
})

test('is never opened by fewer than three events, whatever happens to them, and is probed before it closes', () => {
  const happening = fc.oneof(
    fc.record({ kind: fc.constant('sign' as const), event: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('look' as const), isThere: fc.boolean() }),
  )
  const steps = fc.array(fc.tuple(happening, fc.nat({ max: 90_000 })))
  fc.assert(
    fc.property(steps, (all) => {
      let [state, now] = [closed, start]
      for (const [step, ms] of all) {
        now += ms
        if (step.kind === 'sign') state = signed(state, step.event, now)
        else if (gateOf(state, now) === 'probe')
          state = probed(probing(state, now), step.isThere, now)
        expect(gateOf(state, now)).toBe('closed')
      }
    }),
  )
})

test('once open, is open or waits to be looked at until somebody has seen Ory answer', () => {
  const happening = fc.constantFrom('sign', 'claim', 'down')
  fc.assert(
    fc.property(fc.array(fc.tuple(happening, fc.nat({ max: 200_000 }))), (all) => {
      let [state, now] = [after('a', 'b', 'c'), start]
      for (const [step, ms] of all) {
        now += ms
        if (step === 'sign') state = signed(state, `${now}`, now)
        if (step === 'claim') state = probing(state, now)
        if (step === 'down') state = probed(state, false, now)
        expect(gateOf(state, now)).not.toBe('closed')
        expect(state.openUntil - now).toBeLessThanOrEqual(60_000)
      }
    }),
  )
})
