import { expect, test } from 'vitest'
import { GoError } from './go-error.ts'
import { formatTime, normaliseTime, roundToSecond } from './time.ts'

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05.100Z', '2026-01-02T03:04:05.1Z'],
  ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05Z'],
  ['2020-01-01T00:00:00.123456789+02:00', '2019-12-31T22:00:00.123456789Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
])('writes %s as Go does', (sent, printed) => {
  expect(normaliseTime(sent)).toBe(printed)
})

const layout = '2006-01-02T15:04:05Z07:00'

test.each([
  [1, 'Time.UnmarshalJSON: input is not a JSON string'],
  ['x', `parsing time "x" as "${layout}": cannot parse "x" as "2006"`],
  ['', `parsing time "" as "${layout}": cannot parse "" as "2006"`],
  [
    '2026-01-02T03:04:05',
    `parsing time "2026-01-02T03:04:05" as "${layout}": cannot parse "" as "Z07:00"`,
  ],
  [
    '2026-01-02 03:04:05Z',
    `parsing time "2026-01-02 03:04:05Z" as "${layout}": cannot parse " 03:04:05Z" as "T"`,
  ],
  ['2026-13-02T03:04:05Z', 'parsing time "2026-13-02T03:04:05Z": month out of range'],
  ['2026-02-30T03:04:05Z', 'parsing time "2026-02-30T03:04:05Z": day out of range'],
  ['2026-01-02T25:04:05Z', 'parsing time "2026-01-02T25:04:05Z": hour out of range'],
  ['2026-01-02T23:60:05Z', 'parsing time "2026-01-02T23:60:05Z": minute out of range'],
  ['2026-01-02T03:04:05Zx', 'parsing time "2026-01-02T03:04:05Zx": extra text: "x"'],
])('refuses %j in the words of Go', (sent, complaint) => {
  expect(() => normaliseTime(sent)).toThrow(new GoError(complaint))
})

test('rounds half a second up', () => {
  expect(formatTime(roundToSecond(Date.parse('2026-01-02T03:04:05.500Z')))).toBe(
    '2026-01-02T03:04:06Z',
  )
  expect(formatTime(roundToSecond(Date.parse('2026-01-02T03:04:05.499Z')))).toBe(
    '2026-01-02T03:04:05Z',
  )
})
