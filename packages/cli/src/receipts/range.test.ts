import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { rangeOf } from './range.ts'

const now = Date.parse('2026-11-29T12:00:00Z')
const iso = (options: Parameters<typeof rangeOf>[0]) => {
  const { from, to } = rangeOf(options, now, '24h')
  return [new Date(from).toISOString(), new Date(to).toISOString()]
}

test.each([
  [{}, '2026-11-28T12:00:00.000Z', '2026-11-29T12:00:00.000Z'],
  [{ from: '7d' }, '2026-11-22T12:00:00.000Z', '2026-11-29T12:00:00.000Z'],
  [{ from: '90m' }, '2026-11-29T10:30:00.000Z', '2026-11-29T12:00:00.000Z'],
  [
    { from: '2026-11-01', to: '2026-11-28' },
    '2026-11-01T00:00:00.000Z',
    '2026-11-28T23:59:59.999Z',
  ],
  [
    { from: '2026-11-01T10:00:00+02:00', to: '2026-11-01T10:00Z' },
    '2026-11-01T08:00:00.000Z',
    '2026-11-01T10:00:00.000Z',
  ],
])('%j is from %s to %s', (options, from, to) => {
  expect(iso(options)).toEqual([from, to])
})

test.each([
  '',
  'yesterday',
  '2026-13-01',
  '2026-02-30',
  '2026-11-29T12:00:00',
  '5',
  '1w',
  '29.11.2026',
  '2026-11-29T25:00:00Z',
])('says how to write a time where %j is given', (from) => {
  expect(() => rangeOf({ from }, now, '24h')).toThrow(UsageError)
  expect(() => rangeOf({ from }, now, '24h')).toThrow(/^--from is not a time; write it like /)
})

test('says so where the end is before the beginning', () => {
  expect(() => rangeOf({ from: '1h', to: '2h' }, now, '24h')).toThrow('--from is later than --to')
})
