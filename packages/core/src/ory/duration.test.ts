import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseGoDuration } from './duration.ts'

test.each([
  ['0', 0],
  ['-0', 0],
  ['1h', 3_600_000],
  ['31h0m0s', 111_600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['900s', 900_000],
  ['12ms', 12],
  ['2us', 0.002],
  ['2µs', 0.002],
  ['2μs', 0.002],
  ['7ns', 0.000007],
  ['-1h2m', -3_720_000],
  ['+5m', 300_000],
])('parses %s', (text, ms) => {
  expect(parseGoDuration(text)).toBeCloseTo(ms, 9)
})

test.each(['', 'h', '1', '10', '1d', '1h30', '1 h', 'PT1H', '1h-2m', '--1h', '1e3s', 'null', '1H'])(
  'does not parse %j',
  (text) => {
    expect(parseGoDuration(text)).toBeUndefined()
  },
)

test('reads hours, minutes and seconds as their sum', () => {
  const count = fc.nat({ max: 10_000 })
  fc.assert(
    fc.property(count, count, count, (h, m, s) => {
      expect(parseGoDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1000)
    }),
  )
})
