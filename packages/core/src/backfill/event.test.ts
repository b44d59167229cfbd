import { expect, test } from 'vitest'
import { idempotencyKey, withoutSecrets } from '../events/index.ts'
import { checkSubject, eventOf, type Mapping } from './event.ts'
import { approvalOf, backfillNames } from './names.ts'
import { newBackfill } from './row.ts'

const mapping: Mapping = {
  subjectFields: { userDeleted: 'subject', identityDeleted: 'id' },
  lane: 'hygiene',
}
const row = newBackfill('0123456789abcdef'.repeat(4), Date.parse('2026-01-02T03:04:05Z'))
const ledgerKey = new Uint8Array(32).fill(1)

test('is the same event for the same run and line, and another one for every other', () => {
  const nameOf = (line: number, subject = 'alice') =>
    idempotencyKey(ledgerKey, eventOf(row, line, subject, mapping).event)

  expect(eventOf(row, 7, 'alice', mapping)).toEqual(eventOf(row, 7, 'alice', mapping))
  expect(nameOf(7)).toBe(nameOf(7))
  expect(new Set([nameOf(7), nameOf(8), nameOf(7, 'bob')]).size).toBe(3)
})

test('is what its worker reads: id, time, lane and subject', () => {
  const { body, event } = eventOf(row, 7, 'alice', mapping)

  expect(JSON.parse(body)).toEqual({
    specversion: '1.0',
    type: 'user.deleted',
    source: '/lapse/run',
    id: 'backfill-0123456789abcdef01234567-7',
    time: '2026-01-02T03:04:05.000Z',
    lane: 'hygiene',
    data: { subject: 'alice' },
  })
  expect(event).toMatchObject({ subject: 'alice', id: 'backfill-0123456789abcdef01234567-7' })
})

test('puts the subject where the worker looks for it', () => {
  const subjectFields = { ...mapping.subjectFields, userDeleted: 'object.user_id' }
  const { body, event } = eventOf(row, 1, 'auth0|7', { ...mapping, subjectFields })

  expect(JSON.parse(body).data).toEqual({ object: { user_id: 'auth0|7' } })
  expect(event.subject).toBe('auth0|7')
})

test.each([['*'], [' '], [''], ['a\u0000b'], ['\ud800'], ['x'.repeat(256)]])(
  'refuses the subject %j, and does not repeat it',
  (subject) => {
    expect(() => checkSubject(subject, mapping)).toThrow(/^malformed-event: data\.subject /)
  },
)

test('takes any other subject, and a queue takes its event as it is', () => {
  for (const subject of ['alice', 'auth0|7', '00000000-0000-4000-8000-000000000000', 'é 🙂 "\\'])
    expect(() => checkSubject(subject, mapping)).not.toThrow()
  const { body } = eventOf(row, 123_456, 'alice', mapping)

  expect(withoutSecrets(body)).toBe(body)
})

test('refuses a subject that every queue would take for a secret', () => {
  const subject = `ory_at_${'Ab1'.repeat(14)}.${'Xy9'.repeat(14)}`
  expect(withoutSecrets(subject)).not.toBe(subject)

  expect(() => checkSubject(subject, mapping)).toThrow(/^holds-a-secret: data /)
})

test('refuses a mapping under which a line would be several subjects', () => {
  const templates = { '/lapse/run': { external_id: '{subject}' } }
  const several = { ...mapping, subjectFields: { ...mapping.subjectFields, templates } }

  expect(() => checkSubject('alice', several)).toThrow(/^subjects-unknown: a line is one subject/)
})

test('is the same run for the same file, mapping and Ory, under each key of the ledger', () => {
  const file = { digest: 'd'.repeat(64), mapping: ['sub', 'subject'], ory: 'https://ory.example' }
  const keys = { ledgerKey, previousLedgerKeys: [new Uint8Array(32).fill(2)] }
  const names = backfillNames(file, keys)

  expect(names).toHaveLength(2)
  expect(backfillNames(file, { ledgerKey: new Uint8Array(32).fill(2) })[0]).toBe(names[1])
  const others = [
    { ...file, digest: 'e'.repeat(64) },
    { ...file, mapping: ['id', 'subject'] },
    { ...file, ory: 'https://other.example' },
  ]
  expect(new Set([file, ...others].map((one) => backfillNames(one, keys)[0])).size).toBe(4)
})

test('everything that is approved of changes the hash, and no digest is in it', () => {
  const approved = {
    digest: 'd'.repeat(64),
    mapping: ['sub', 'subject'],
    ory: 'https://ory.example',
    count: 100,
    lane: 'hygiene',
    max: undefined,
  } as const
  const others = [
    { ...approved, digest: 'e'.repeat(64) },
    { ...approved, mapping: ['id', 'subject'] },
    { ...approved, ory: 'https://other.example' },
    { ...approved, count: 101 },
    { ...approved, lane: 'deletion' as const },
    { ...approved, max: 50 },
  ]
  const hashes = [approved, ...others].map((one) => approvalOf(one, { ledgerKey }))

  expect(new Set(hashes).size).toBe(7)
  expect(approvalOf(approved, { ledgerKey: new Uint8Array(32) })).not.toBe(hashes[0])
})
