import { expect, test } from 'vitest'
import { deactivatedUsersAre } from './deactivated-users.ts'

test('takes deactivated users for suspended unless it is said that they are deleted', () => {
  expect(deactivatedUsersAre({})).toBe('suspended')
  expect(deactivatedUsersAre({ DEACTIVATED_USERS_ARE: 'suspended' })).toBe('suspended')
  expect(deactivatedUsersAre({ DEACTIVATED_USERS_ARE: 'deleted' })).toBe('deleted')
})

test('refuses anything else by its name', () => {
  expect(() => deactivatedUsersAre({ DEACTIVATED_USERS_ARE: 'gone' })).toThrow(
    'DEACTIVATED_USERS_ARE is not one of suspended, deleted; write one of them',
  )
})
