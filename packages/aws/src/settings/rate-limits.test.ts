import { tiers } from '@lapse/core/budget'
import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { rateLimits } from './rate-limits.ts'

const read = (text?: string) => rateLimits({ ORY_RATE_LIMITS: text })

test('takes a plan by its name', () => {
  expect(read('growth')).toBe(tiers.growth)
  expect(read(' production ')).toBe(tiers.production)
})

test.each([undefined, '', 'self-hosted'])('has no limits where it says %s', (text) => {
  expect(read(text)).toEqual({})
})

test('takes limits by bucket, and one for all of them', () => {
  const limits = {
    'admin-low': { perSecond: 2, perMinute: 20 },
    '*': { perSecond: 40, perMinute: 900 },
  }

  expect(read(JSON.stringify(limits))).toEqual(limits)
})

test.each([
  'Growth plan',
  'toString',
  '{',
  '{"low": {"perSecond": 5, "perMinute": 35}}',
  '{"admin-low": 35}',
  '{"admin-low": null}',
  '{"admin-low": {"perMinute": 35}}',
  '{"admin-low": {"perSecond": 0, "perMinute": 35}}',
  '{"admin-low": {"perSecond": 1.5, "perMinute": 35}}',
  '{"admin-low": {"perSecond": "5", "perMinute": 35}}',
])('refuses %s in one line that says what to write', (text) => {
  expect(() => read(text)).toThrow(ConfigError)
  expect(() => read(text)).toThrow(/^ORY_RATE_LIMITS [^\n]+(self-hosted|perMinute)/)
})
