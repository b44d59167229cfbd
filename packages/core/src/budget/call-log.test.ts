import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallLog, emptyLog, timelineOf, withoutCall } from './call-log.ts'

const start = 1_800_000_000_000
const wide = { calls: 100, lengthMs: 60_000, intervalMs: 600 }

function logOf(slots: readonly number[]): CallLog {
  return slots.reduce((log, slot) => {
    const timeline = timelineOf({ second: wide, minute: wide }, log, wide.calls, slot)
    timeline.take()
    return timeline.log
  }, emptyLog)
}

test('a log without a call is that of the other calls', () => {
  const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 300 })), {
    minLength: 2,
    maxLength: 20,
  })
  fc.assert(
    fc.property(gaps, fc.nat(), (all, pick) => {
      const slots = all.map((_, index) => start + all.slice(0, index).reduce((a, b) => a + b, 0))
      const taken = pick % slots.length

      expect(withoutCall(logOf(slots), slots[taken] ?? 0)).toEqual(logOf(slots.toSpliced(taken, 1)))
    }),
  )
})

test('no call is taken out where none is known at the time', () => {
  expect(withoutCall(logOf([start, start + 1000]), start + 500)).toBeUndefined()
  expect(withoutCall(emptyLog, start)).toBeUndefined()
})

test('keeps every call of a minute, though more are given back than a minute may hold', () => {
  const mostCalls = 3
  const wideLog = logOf([0, 1, 2, 3, 4, 5].map((call) => start + call * 1000))
  const timeline = timelineOf({ second: wide, minute: wide }, wideLog, mostCalls, start + 6000)
  timeline.take()

  expect(timeline.log.runs.reduce((calls, [, made]) => calls + made, 0)).toBe(7)
})
