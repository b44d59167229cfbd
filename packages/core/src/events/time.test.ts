import { expect, test } from 'vitest'
import { isAhead, longestAheadMs } from './time.ts'

const now = Date.parse('2026-01-02T03:04:05Z')

test.each([
  ['2026-01-02T03:04:05Z', false],
  ['2026-01-02T03:09:05Z', false],
  ['2026-01-02T03:09:05.001Z', true],
  ['2026-01-02T04:09:05+01:00', false],
  ['2026-01-02T03:04:05-01:00', true],
  ['1999-01-02T03:04:05Z', false],
  ['9999-12-31T23:59:59Z', true],
])('tells of %s whether it is ahead by more than five minutes: %s', (time, is) => {
  expect(longestAheadMs).toBe(300_000)
  expect(isAhead(time, now)).toBe(is)
})
