import { expect, test } from 'vitest'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { unwrapped } from './layout.ts'
import { receiptLines } from './receipt-lines.ts'

test('tells what was found, seen, accepted and asked, and what may still work until when', () => {
  expect(unwrapped(receiptLines(exampleReceipt))).toEqual([
    'user-deleted, first pass closed 2026-01-02 03:04:06Z after 250 ms',
    '  event              event-1 from https://accounts.example, 2026-01-02 03:04:05Z',
    '  subject            a1b2c3d4e5f60718… (its pseudonym)',
    '  found              3 consent sessions, 1 login session, 2 clients',
    '  seen gone          listed consents: 3 before, 0 after',
    '  only acknowledged  unlisted grants',
    '                     tokens',
    '  only requested     back-channel logout',
    '  may still work     JWT access tokens, until 2026-01-02 04:04:06Z',
    '                       because nobody asks Ory',
    '                     2 trusted issuers, until somebody ends it',
    '                       because they are trusted',
    '  taken for granted  the user is refused',
    '  follow-up          the same again, not before 2026-01-02 03:35:06Z',
  ])
})

test('names the event that this one is a part of', () => {
  const event = { ...exampleReceipt.event, parent: 'leaver' }

  expect(unwrapped(receiptLines({ ...exampleReceipt, event }))).toContain(
    '  part of            leaver, which is about several',
  )
})

test('leaves the reasons out where they were told already', () => {
  const text = unwrapped(receiptLines(exampleReceipt, { reasons: false })).join('\n')

  expect(text).toContain('JWT access tokens')
  expect(text).not.toContain('nobody asks Ory')
})

test('tells of every attempt where there was more than one, and of a refusal', () => {
  const [revoke] = exampleReceipt.steps
  const [attempt] = exampleReceipt.attempts
  if (revoke === undefined || attempt === undefined) throw new Error('an example without steps')
  const receipt = {
    ...exampleReceipt,
    attempts: [
      { ...attempt, ended_at: null, outcome: 'died' },
      { ...attempt, number: 2 },
    ],
    steps: [
      {
        ...revoke,
        ends: [
          { what: 'back-channel logout', status: 'refused' as const },
          { what: 'the rest', status: 'found-done' as const },
        ],
      },
    ],
    follow_up_not_before: null,
    notes: ['something odd'],
  }

  const text = unwrapped(receiptLines(receipt)).join('\n')

  expect(text).toMatch(
    /attempts +1 at 2026-01-02 03:04:06Z: died\n +2 at 2026-01-02 03:04:06Z: closed\n/,
  )
  expect(text).toMatch(/refused +back-channel logout/)
  expect(text).toMatch(/found done +the rest/)
  expect(text).toMatch(/note +something odd/)
  expect(text).not.toMatch(/follow-up|seen gone/)
})

test('calls nothing refused that nobody answered', () => {
  const [step] = exampleReceipt.steps
  if (step === undefined) throw new Error('an example without steps')
  const ends = [{ what: 'every session', status: 'refused' as const }] as const
  const told = (outcome: string) => {
    const attempts = [{ attempt: 1, outcomes: { [outcome]: 1 } }]
    const receipt = { ...exampleReceipt, steps: [{ ...step, ends, attempts }] }
    return unwrapped(receiptLines(receipt)).join('\n')
  }

  expect(told('failed: ERR_ORY_API')).toMatch(/refused +every session/)
  expect(told('failed: ERR_CIRCUIT_OPEN')).toMatch(/not done +every session/)
})

test('tells unusual counts only where there are any', () => {
  const before = {
    consent_sessions: 1,
    longest_lifespan_override_ms: 5_400_000,
    clients: 0,
    grants_newer_than_event: 0,
  }

  expect(unwrapped(receiptLines({ ...exampleReceipt, before })).join('\n')).toContain(
    'found              1 consent session, 1 h 30 min longest lifespan override, 0 clients\n',
  )
})

test('says nothing of what was found where nobody looked', () => {
  const lines = unwrapped(receiptLines({ ...exampleReceipt, before: {} }))
  expect(lines.join('\n')).not.toMatch(/^ +found/m)
})

test('lets no escape sequence of a publisher reach the terminal', () => {
  const event = { ...exampleReceipt.event, id: 'e\u001b[2J\n1', source: 's\u009b31m\u202e' }

  expect(unwrapped(receiptLines({ ...exampleReceipt, event }))[1]).toBe(
    '  event              e [2J 1 from s 31m, 2026-01-02 03:04:05Z',
  )
})

test('names what an event is about where that is not a subject, and that it came too late', () => {
  const { subject: _, ...receipt } = exampleReceipt
  const late = { ...receipt, result: 'superseded' as const, client_id: 'mail', issuer: 'https://i' }
  const superseded_by = { id: 'event-2', source: 'https://p', time: '2026-01-02T03:04:06.5Z' }

  expect(unwrapped(receiptLines({ ...late, superseded_by }))[5]).toBe(
    '                     by event-2 from https://p, 2026-01-02 03:04:06Z',
  )
  expect(unwrapped(receiptLines(late)).slice(2, 5)).toEqual([
    '  client id          mail',
    '  issuer             https://i',
    '  superseded         a later event has begun, so nothing more was done',
  ])
})

test.each([
  ['key-rotated', 'the sweep retires the old keys'],
  ['secret-rotation', 'the sweep retires the credential that is no longer current'],
])('says what the sweep does after the first pass of %s', (workflow, what) => {
  const last = unwrapped(receiptLines({ ...exampleReceipt, workflow })).at(-1)
  expect(last).toMatch(new RegExp(`follow-up +${what}, not before`))
})
