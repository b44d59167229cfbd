import { expect, test } from 'vitest'
import { keyRotatedSettings, offboardingSettings, userSettings } from './workflows.ts'

const hour = 3_600_000
const nothing = { protectedClientIds: [], protectedOwners: [], protectedIssuers: [] }

test('looks again for logins in flight 31 minutes after the first pass', () => {
  expect(userSettings({}).followUpAfterMs).toBe(31 * 60_000)
})

test('takes access tokens to live an hour, and lets a secret be restored for 30 days', () => {
  expect(offboardingSettings({})).toEqual({
    ...nothing,
    accessTokenLifespanMs: hour,
    secretRecoveryDays: 30,
    ownSecretIds: [],
  })
  expect(keyRotatedSettings({})).toEqual({ ...nothing, accessTokenLifespanMs: hour })
})
