import { expect, test } from 'vitest'
import { offboardingSettings } from './app-offboarded.ts'
import { keyRotatedSettings } from './key-rotated.ts'
import { userDeletedWorkflow } from './user-deleted.ts'

const hour = 3_600_000

test('looks again for logins in flight 31 minutes after the first pass', () => {
  expect(userDeletedWorkflow().followUpAfterMs).toBe(31 * 60_000)
})

test('takes access tokens to live an hour, and lets a secret be restored for 30 days', () => {
  expect(offboardingSettings()).toEqual({
    protectedClientIds: [],
    protectedOwners: [],
    protectedIssuers: [],
    accessTokenLifespanMs: hour,
    secretRecoveryDays: 30,
  })
  expect(keyRotatedSettings()).toEqual({ protectedIssuers: [], accessTokenLifespanMs: hour })
})
