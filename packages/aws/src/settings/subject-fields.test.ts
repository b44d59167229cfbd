import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { subjectFields } from './subject-fields.ts'

test.each([
  ['object.user_id', 'object.user_id'],
  ['https://acme.example/id', 'https://acme.example/id'],
  ['user id', 'user id'],
  ['', 'subject'],
  [undefined, 'subject'],
])('reads %j as where the subject stands', (value, userDeleted) => {
  expect(subjectFields({ USER_DELETED_SUBJECT_FIELD: value }).userDeleted).toBe(userDeleted)
})

test.each(['object..user_id', ' ', 'object.', '.subject'])(
  'refuses %j, where no member can be',
  (value) => {
    for (const name of ['USER_DELETED_SUBJECT_FIELD', 'IDENTITY_DELETED_SUBJECT_FIELD']) {
      expect(() => subjectFields({ [name]: value })).toThrow(ConfigError)
      expect(() => subjectFields({ [name]: value })).toThrow(/^\w+ is not the name of a member/)
    }
  },
)
