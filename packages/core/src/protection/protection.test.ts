import { expect, test } from 'vitest'
import { protectionOf } from './index.ts'

const protection = {
  protectedClientIds: ['bank', ''],
  protectedOwners: ['platform', ''],
  protectedIssuers: ['https://issuer.example'],
}

test.each([
  [{ clientIds: ['mail', 'bank'] }, 'protected-client'],
  [{ owners: [undefined, 'platform'] }, 'protected-owner'],
  [{ issuers: ['https://issuer.example'] }, 'protected-issuer'],
  [{ clientIds: ['bank'], owners: ['platform'] }, 'protected-client'],
])('protects %j', (touched, reason) => {
  expect(protectionOf(touched, protection)).toBe(reason)
})

test.each([
  {},
  { clientIds: ['Bank', 'bank ', 'bänk'], owners: ['platform.'], issuers: ['bank'] },
  { clientIds: [undefined, ''], owners: [''] },
  { owners: ['bank'] },
])('takes %j for something else', (touched) => {
  expect(protectionOf(touched, protection)).toBeUndefined()
})
