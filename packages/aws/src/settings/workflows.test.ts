import { expect, test } from 'vitest'
import { userSettings } from './workflows.ts'

test('ends the tokens of a user within a minute, unless it is told otherwise', () => {
  expect(userSettings({}).tokensEndWithinMs).toBe(60_000)
  expect(userSettings({ TOKENS_END_WITHIN: '90s' }).tokensEndWithinMs).toBe(90_000)
})

test('reckons how many relying parties can be told by the plan of Ory Network', () => {
  const perMinute = (ORY_RATE_LIMITS: string) => userSettings({ ORY_RATE_LIMITS }).callsPerMinute

  expect(perMinute('production')).toBeCloseTo(34, 0)
  expect(perMinute('growth')).toBeCloseTo(337, 0)
  expect(perMinute('self-hosted')).toBeUndefined()
})
