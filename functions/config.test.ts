import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { duration, list } from './config.ts'

test.each([
  [undefined, []],
  ['', []],
  [' one, two\nthree ', ['one', 'two', 'three']],
  ['["Acme Inc", "b,c"]', ['Acme Inc', 'b,c']],
])('reads %j as the texts it holds', (value, texts) => {
  expect(list({ PROTECTED_OWNERS: value }, 'PROTECTED_OWNERS')).toEqual(texts)
})

test.each(['["Acme', '["Acme", 7]'])('refuses %s rather than protect something else', (value) => {
  expect(() => list({ PROTECTED_OWNERS: value }, 'PROTECTED_OWNERS')).toThrow(ConfigError)
})

test('reads a duration as Ory writes it', () => {
  expect(duration({ TTL: '1h30m' }, 'TTL', '1m')).toBe(5_400_000)
  expect(duration({}, 'TTL', '1m')).toBe(60_000)
  expect(() => duration({ TTL: '-1m' }, 'TTL', '1m')).toThrow(ConfigError)
})
