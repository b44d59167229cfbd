import fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationMs, formatDuration, parseDuration } from './durations.ts'
import { GoError } from './go-error.ts'

test.each([
  ['31h', '31h0m0s'],
  ['900s', '15m0s'],
  ['1h30m', '1h30m0s'],
  ['1.5h', '1h30m0s'],
  ['-1h30m0.5s', '-1h30m0.5s'],
  ['+5m', '5m0s'],
  ['.5s', '500ms'],
  ['5.s', '5s'],
  ['1500us', '1.5ms'],
  ['1µs', '1µs'],
  ['1500ns', '1.5µs'],
  ['1ns', '1ns'],
  ['0', '0s'],
  ['-0h', '0s'],
  ['2562047h47m16.854775807s', '2562047h47m16.854775807s'],
  ['-2562047h47m16.854775808s', '-2562047h47m16.854775808s'],
])('reads %s and prints %s', (text, printed) => {
  expect(formatDuration(parseDuration(text))).toBe(printed)
})

test.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['.', 'time: invalid duration "."'],
  ['x', 'time: invalid duration "x"'],
  ['1h x', 'time: unknown unit "h x" in duration "1h x"'],
  ['31', 'time: missing unit in duration "31"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['9999999h', 'time: invalid duration "9999999h"'],
  ['2562047h47m16.854775808s', 'time: invalid duration "2562047h47m16.854775808s"'],
])('refuses %j in the words of Go', (text, complaint) => {
  expect(() => parseDuration(text)).toThrow(new GoError(complaint))
})

test('reads back whatever it prints', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanoseconds) => {
      expect(parseDuration(formatDuration(nanoseconds))).toBe(nanoseconds)
    }),
  )
})

test('counts milliseconds', () => {
  expect(durationMs('1h30m0.25s')).toBe(5_400_250)
})
