import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { duration } from './duration.ts'

test('reads a duration as Ory writes it', () => {
  expect(duration({ TTL: '1h30m' }, 'TTL', '1m')).toBe(5_400_000)
  expect(duration({}, 'TTL', '1m')).toBe(60_000)
  expect(() => duration({ TTL: '-1m' }, 'TTL', '1m')).toThrow(ConfigError)
})
