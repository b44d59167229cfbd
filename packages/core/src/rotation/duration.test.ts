import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'

test.each([
  ['PT1H', 3_600_000],
  ['P1DT12H', 129_600_000],
  ['P2W', 1_209_600_000],
  ['PT1M30S', 90_000],
  ['PT0.5S', 500],
  ['1h30m', 5_400_000],
  ['900s', 900_000],
])('reads %s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

test.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '1H', 'PT1', '3600', 'PT1H ', 'one hour'])(
  'reads no duration in %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)
