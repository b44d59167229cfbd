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

test('reads what makes a subject, by source', () => {
  const json = '{"https://hr.example":"hr|{employee.id}"}'

  expect(subjectFields({ SUBJECT_TEMPLATES: json }).templates).toEqual(JSON.parse(json))
  expect(subjectFields({})).not.toHaveProperty('templates')
})

test.each([
  ['{id}', '{mail}'],
  { external_id: '{id}' },
  [{ credentials_identifier: '{mail}' }, 'hr|{id}'],
])('reads %j, which finds several subjects or looks them up', (hr) => {
  expect(subjectFields({ SUBJECT_TEMPLATES: JSON.stringify({ hr }) }).templates).toEqual({ hr })
})

test.each([
  '[]',
  '{',
  '{"hr":[]}',
  '{"hr":["{id}","id"]}',
  '{"hr":{}}',
  '{"hr":{"mail":"{mail}"}}',
  '{"hr":{"external_id":"id"}}',
  '{"hr":{"external_id":["{id}"]}}',
  '{"hr":{"external_id":"{id}","credentials_identifier":"{mail}"}}',
  '{"hr":[["{id}"]]}',
  '{"hr":null}',
  '{"hr":"id"}',
  '{"hr":"{}"}',
  '{"hr":"{a..b}"}',
  '{"hr":"{id"}',
  '{"hr":"{id}}"}',
  '{"hr":1}',
])('refuses %s, which makes no subject', (json) => {
  expect(() => subjectFields({ SUBJECT_TEMPLATES: json })).toThrow(/^SUBJECT_TEMPLATES/)
})
