import { expect, test } from 'vitest'
import { freshTime } from './freshness.ts'

const now = Date.parse('2026-01-02T03:04:05Z')

test('reads seconds and milliseconds', () => {
  expect(freshTime('1767323045', 1000, now)).toBe(now)
  expect(freshTime('1767323045000', 1, now)).toBe(now)
})

test.each([-300_000, 300_000])('takes a time that is %i ms away', (distance) => {
  expect(freshTime(String(now + distance), 1, now)).toBe(now + distance)
})

test.each([-300_001, 300_001])('refuses a time that is %i ms away', (distance) => {
  expect(freshTime(String(now + distance), 1, now)).toBeUndefined()
})

test.each(['', '01767323045', '1767323045.0', '+1767323045', '-1767323045', '0x69573665', 'NaN'])(
  'refuses %j, which is not the one spelling of a time',
  (text) => {
    expect(freshTime(text, 1000, now)).toBeUndefined()
  },
)

test('refuses a number that cannot be told from its neighbours', () => {
  expect(freshTime('9007199254740993', 1, 9_007_199_254_740_992)).toBeUndefined()
})
