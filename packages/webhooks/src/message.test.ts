import { EventError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { messageOf } from './message.ts'

const userDeleted = {
  specversion: '1.0',
  id: 'e-1',
  source: 'webhook:test',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
}

const now = Date.parse('2026-01-02T03:04:05Z')

const terms = { subjectField: 'subject', lanes: ['hygiene'], now } as const

const ofUser = (event: object, subjectField = 'subject') =>
  messageOf(event, 'user.deleted', { ...terms, subjectField })
const withSubject = (subject: string) => ofUser({ ...userDeleted, data: { subject } })

test('is for the queue of its type', () => {
  expect(ofUser(userDeleted)).toEqual({
    stem: 'user-deleted',
    type: 'user.deleted',
    id: 'e-1',
    body: JSON.stringify(userDeleted),
  })
})

test('is read as its worker will read it', () => {
  expect(() => ofUser(userDeleted, 'user_id')).toThrow(
    'malformed-event: data.user_id is missing; it has to be the OAuth2 subject',
  )
  expect(() => messageOf(userDeleted, 'app.offboarded', terms)).toThrow(/^unexpected-type/)
  expect(() => messageOf(userDeleted, 'key.rotated', terms)).toThrow(/^unexpected-type/)
})

test('holds no character that SQS refuses', () => {
  const subject = 'one \uFFFE, two \uFFFF, and \u{1F511}'
  const { body } = withSubject(subject)

  expect(body).toMatch(/^[\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u)
  expect(JSON.parse(body).data.subject).toBe(subject)
})

test('is no larger than a queue takes', () => {
  const largest = 262_144 - JSON.stringify({ ...userDeleted, note: '' }).length
  const noted = (length: number) => ofUser({ ...userDeleted, note: 'x'.repeat(length) })

  expect(noted(largest).body).toHaveLength(262_144)
  expect(() => noted(largest + 1)).toThrow(
    new EventError(
      'malformed-event: it is larger than a queue takes: it has 262,145 bytes, and may have 262,144',
    ),
  )
})

test('is measured in bytes', () => {
  const noted = (length: number) => ofUser({ ...userDeleted, note: '\u{1F511}'.repeat(length) })

  expect(noted(65_000).body.length).toBeLessThan(262_144)
  expect(() => noted(66_000)).toThrow('malformed-event: it is larger than a queue takes')
})

const later = '2026-01-02T03:09:06Z'
const app = { ...userDeleted, type: 'app.offboarded', data: { client_id: 'mail', mode: 'restore' } }

test('is not of the future, unless it is about a user', () => {
  const ahead = { ...app, time: later }

  expect(() => messageOf(ahead, 'app.offboarded', terms)).toThrow(/^time-in-the-future: /)
  expect(messageOf(ahead, 'app.offboarded', { ...terms, now: now + 1000 }).stem).toBe(
    'app-offboarded',
  )
  expect(ofUser({ ...userDeleted, time: later }).stem).toBe('user-deleted')
})

test('has no subject with half a surrogate pair', () => {
  expect(() => withSubject('\ud83d')).toThrow(EventError)
})

test('is taken for its content, whoever finds the subjects in it', () => {
  const subjectTemplates = { 'webhook:test': { credentials_identifier: '{mail}' } }
  const event = (data: object) => ({ ...userDeleted, data })
  const message = messageOf(event({ mail: 'zoe@acme.example' }), 'user.deleted', {
    ...terms,
    subjectTemplates,
  })

  expect(JSON.parse(message.body).data).toEqual({ mail: 'zoe@acme.example' })
  expect(() =>
    messageOf(event({ subject: 'zoe' }), 'user.deleted', { ...terms, subjectTemplates }),
  ).toThrow(/^subjects-unknown: data\.mail is not there/)
})
