import { expect, test } from 'vitest'
import { parseIsoDuration } from './iso-duration.ts'

test.each([
  ['PT0S', 0],
  ['PT90S', 90_000],
  ['PT1M', 60_000],
  ['PT2H30M', 9_000_000],
  ['P1D', 86_400_000],
  ['P2W', 1_209_600_000],
  ['P1W1DT1H', 694_800_000],
  ['P3653D', 315_619_200_000],
])('reads %s', (text, milliseconds) => {
  expect(parseIsoDuration(text)).toBe(milliseconds)
})

test.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '1D', 'PT1.5H', 'P-1D', 'p1d', 'P3654D', 'PT1H '])(
  'refuses %j',
  (text) => {
    expect(parseIsoDuration(text)).toBeUndefined()
  },
)
