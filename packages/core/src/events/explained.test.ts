import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventError } from '../errors.ts'
import { explain } from './explained.ts'
import { defaultSubjectFields } from './user-event.ts'

const body = (source: string, data: object, type = 'user.deleted') =>
  JSON.stringify({
    specversion: '1.0',
    id: 'e-1',
    source,
    type,
    time: '2026-01-02T03:04:05Z',
    data,
  })

const fields = {
  ...defaultSubjectFields,
  templates: { hr: 'hr|{employee.id}', crm: '{tenant}:{user}', plain: '{mail}' },
}

test.each([
  ['hr', { employee: { id: 42 } }, 'hr|42'],
  ['hr', { employee: { id: 'a' }, subject: 'other' }, 'hr|a'],
  ['crm', { user: 'alice', tenant: 'acme' }, 'acme:alice'],
  ['plain', { mail: 'alice@acme.example' }, 'alice@acme.example'],
  ['accounts', { subject: 'alice' }, 'alice'],
  ['toString', { subject: 'alice' }, 'alice'],
])('an event of %s with %j is about %s', (source, data, subject) => {
  expect(explain(body(source, data), fields)).toMatchObject({ subject })
})

test('says which setting found the subject, and in which members', () => {
  expect(explain(body('crm', { user: 'alice', tenant: 'acme' }, 'user.suspended'), fields)).toEqual(
    {
      event: 'user.suspended',
      type: 'user.suspended',
      source: 'crm',
      setting: 'SUBJECT_TEMPLATES',
      mapping: '{tenant}:{user}',
      members: [
        { path: 'tenant', value: 'acme' },
        { path: 'user', value: 'alice' },
      ],
      subject: 'acme:alice',
    },
  )
  expect(explain(body('accounts', { subject: 'alice' }, 'user.signed-out'), fields)).toMatchObject({
    event: 'user.signed-out',
    setting: 'USER_DELETED_SUBJECT_FIELD',
    mapping: 'subject',
  })
})

test.each([
  {},
  { employee: {} },
  { employee: { id: '' } },
  { employee: { id: null } },
  { employee: { id: ['a'] } },
  { employee: { id: 1.5 } },
  { subject: 'alice' },
])('of %j no subject is made up', (data) => {
  expect(() => explain(body('hr', data), fields)).toThrow(
    new EventError(
      'subjects-unknown: data.employee.id is not there as a text or a whole number, and SUBJECT_TEMPLATES makes the subject of it',
    ),
  )
})

test('a subject that is made is as good as one that is sent, or refused', () => {
  expect(() => explain(body('plain', { mail: '*' }), fields)).toThrow(EventError)
  expect(() => explain(body('plain', { mail: ' ' }), fields)).toThrow(EventError)
})

test('a value that looks like a template is a value', () => {
  fc.assert(
    fc.property(fc.constantFrom('{user}', '$&', '{tenant}', '$1', '{}'), (tenant) => {
      const explained = explain(body('crm', { user: 'alice', tenant }), fields)
      expect(explained).toMatchObject({ subject: `${tenant}:alice` })
    }),
  )
})

test('explains no event about an app', () => {
  expect(() => explain(body('hr', { client_id: 'mail' }, 'app.offboarded'), fields)).toThrow(
    /unexpected-type/,
  )
})

const several = {
  ...defaultSubjectFields,
  templates: {
    list: ['hr|{id}', '{id}', '{accounts}'],
    accounts: ['{accounts}'],
    alone: '{accounts}',
    pair: ['{id}:{accounts}'],
    lookups: [
      { external_id: '{id}' },
      { external_id: '{id}' },
      { credentials_identifier: '{accounts}' },
    ],
    lookup: { credentials_identifier: '{mail}' },
  },
} as const

test.each([
  ['list', { id: 7, accounts: ['a', 7] }, { subjects: ['hr|7', '7', 'a'], lookups: [] }],
  ['accounts', { accounts: ['a'] }, { subject: 'a' }],
  ['accounts', { accounts: ['a', 'a'] }, { subject: 'a' }],
  ['accounts', { accounts: 'a' }, { subject: 'a' }],
  [
    'lookups',
    { id: 7, accounts: ['a', 'b'] },
    {
      subjects: [],
      lookups: [
        { by: 'external_id', value: '7' },
        { by: 'credentials_identifier', value: 'a' },
        { by: 'credentials_identifier', value: 'b' },
      ],
    },
  ],
  [
    'lookup',
    { mail: 'zoe@acme.example' },
    { subjects: [], lookups: [{ by: 'credentials_identifier', value: 'zoe@acme.example' }] },
  ],
])('an event of %s with %j is about several, or about whom others know', (source, data, found) => {
  expect(explain(body(source, data), several)).toMatchObject(found)
})

test.each([
  ['alone', { accounts: ['a'] }, /^subjects-unknown: data\.accounts is not there/],
  ['accounts', { accounts: [] }, /^subjects-unknown: data\.accounts is a list, and not of texts/],
  ['accounts', { accounts: ['a', null] }, /^subjects-unknown: data\.accounts is a list/],
  ['accounts', { accounts: ['a', ['b']] }, /^subjects-unknown: data\.accounts is a list/],
  ['accounts', { accounts: ['a', '*'] }, /^malformed-event: the subject that .* is \*/],
  ['pair', { id: 7, accounts: ['a'] }, /^subjects-unknown: data\.accounts is not there/],
  ['list', { id: 7 }, /^subjects-unknown: data\.accounts is not there/],
  ['lookup', { mail: '' }, /^subjects-unknown: data\.mail is not there/],
  ['lookup', { mail: ' ' }, /^malformed-event: the credentials_identifier that .* is blank/],
  ['lookup', { mail: '*' }, /^malformed-event: the credentials_identifier that .* is \*/],
  [
    'accounts',
    { accounts: Array.from({ length: 101 }, (_one, index) => index) },
    /^too-many-subjects: an event may be about 100 users/,
  ],
])('of %s with %j nobody is made up', (source, data, reason) => {
  expect(() => explain(body(source, data), several)).toThrow(reason)
})
