import { expect, test } from 'vitest'
import { suspensionSettings, userSettings } from './workflows.ts'

test('ends the tokens of a user within a minute, unless it is told otherwise', () => {
  expect(userSettings({}).tokensEndWithinMs).toBe(60_000)
  expect(userSettings({ TOKENS_END_WITHIN: '90s' }).tokensEndWithinMs).toBe(90_000)
})

test('reckons how many relying parties can be told by the plan of Ory Network', () => {
  const perMinute = (ORY_RATE_LIMITS: string) => userSettings({ ORY_RATE_LIMITS }).callsPerMinute

  expect(perMinute('production')).toBeCloseTo(33.5, 1)
  expect(perMinute('growth')).toBeCloseTo(337, 0)
  expect(perMinute('self-hosted')).toBeUndefined()
})

test('looks at what is said to be somewhere, and at nothing else', () => {
  const scope = ({ identitySessions, apiKeys }: ReturnType<typeof userSettings>) => ({
    identitySessions,
    apiKeys,
  })
  const url = 'https://project.example'

  expect(scope(userSettings({}))).toEqual({ identitySessions: undefined, apiKeys: undefined })
  expect(scope(userSettings({ ORY_IDENTITIES_URL: url }))).toMatchObject({ identitySessions: true })
  expect(scope(userSettings({ ORY_API_KEYS_URL: url }))).toMatchObject({ apiKeys: true })
})

test('ends API keys with a suspension only where that was asked for', () => {
  const asked = (said: string) => suspensionSettings({ SUSPENSION_ENDS_API_KEYS: said })

  expect(suspensionSettings({}).suspensionEndsApiKeys).toBe(false)
  expect(asked('no').suspensionEndsApiKeys).toBe(false)
  expect(asked('yes').suspensionEndsApiKeys).toBe(true)
  expect(() => asked('true')).toThrow(
    'SUSPENSION_ENDS_API_KEYS is not one of yes, no; write one of them',
  )
})
