import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { lookupSettings, subjectFields } from './subject-fields.ts'

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

test('wants to know whom to ask where users are to be looked up', () => {
  const templates = (hr: unknown) => ({ SUBJECT_TEMPLATES: JSON.stringify({ hr }) })
  const lookup = templates(['{id}', { external_id: '{id}' }])
  const ORY_IDENTITIES_URL = 'https://kratos.example'

  expect(() => lookupSettings(lookup)).toThrow(/^ORY_IDENTITIES_URL is not set, /)
  expect(() => lookupSettings(templates({ external_id: '{id}' }))).toThrow(ConfigError)
  expect(lookupSettings({ ...lookup, ORY_IDENTITIES_URL })).toEqual(subjectFields(lookup))
  expect(lookupSettings(templates('{id}'))).toEqual(subjectFields(templates('{id}')))
  expect(lookupSettings({})).toEqual(subjectFields({}))
})
