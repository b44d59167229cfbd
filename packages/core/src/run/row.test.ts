import { expect, test } from 'vitest'
import { foldReceipt } from './receipt.ts'
import { beginAttempt, close, endAttempt, intend, isSettled, newRow, settle } from './row.ts'
import type { Step } from './step.ts'

const event = {
  key: 'k',
  type: 'user.deleted',
  id: 'e-1',
  source: 's',
  time: '2026-01-01T00:00:00Z',
}
const blank = newRow({
  workflow: 'user-deleted',
  pass: 'first',
  event,
  about: { subject: 'p' },
  openedAt: 1000,
})

const session = (sid: string): Step => ({
  key: `login-session ${sid}`,
  call: { op: 'revokeOAuth2LoginSessions', params: { sid } },
  by: 'sid',
  ends: [{ what: 'logout', evidence: 'requested' }],
  target: sid,
  bestEffort: true,
})

const consents: Step = {
  key: 'consent-sessions',
  call: { op: 'revokeOAuth2ConsentSessions', params: { subject: 'alice', all: true } },
  by: 'subject',
  ends: [
    { what: 'listed', evidence: { seenIn: 'consent_sessions' } },
    { what: 'unlisted', evidence: 'acknowledged' },
  ],
}

const closing = {
  closedAt: 9000,
  after: { consent_sessions: 0 },
  mayStillWork: [],
  preconditions: [],
  notes: [],
  followUpNotBefore: undefined,
}

const attemptOne = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 2 }, [
  session('a'),
  session('b'),
  consents,
])

test('keeps no subject of a planned call', () => {
  expect(JSON.stringify(attemptOne)).not.toContain('alice')
})

test('keeps the first observation, whatever a later attempt sees', () => {
  const later = intend(beginAttempt(attemptOne, 6000, 9000), { consent_sessions: 0 }, [consents])

  expect(later.before).toEqual({ consent_sessions: 2 })
})

test('takes only the first open step of a dead attempt for possibly done', () => {
  const died = settle(attemptOne, 'login-session a', 'acknowledged')
  const next = beginAttempt(died, 6000, 9000)

  expect(next.steps.map(({ key, tries }) => [key, tries])).toEqual([
    ['login-session a', [{ attempt: 1, outcome: 'acknowledged' }]],
    ['login-session b', [{ attempt: 1, outcome: 'unknown' }]],
    ['consent-sessions', []],
  ])
})

test('takes nothing of an attempt that ended by itself for unknown', () => {
  const ended = endAttempt(settle(attemptOne, 'login-session a', 'acknowledged'), 3000, 'ERR_X')

  expect(beginAttempt(ended, 6000, 9000).steps.flatMap(({ tries }) => tries)).toHaveLength(1)
})

test('takes nothing for unknown where an attempt died before its plan was kept', () => {
  const secondDied = beginAttempt(
    beginAttempt(settle(attemptOne, 'login-session a', 'acknowledged'), 6000, 9000),
    10_000,
    12_000,
  )

  expect(secondDied.steps.flatMap(({ tries }) => tries)).toEqual([
    { attempt: 1, outcome: 'acknowledged' },
    { attempt: 1, outcome: 'unknown' },
  ])
})

test('a step that was refused is settled only where it proves nothing', () => {
  const [, , record] = settle(attemptOne, 'consent-sessions', 'failed: ERR_ORY_API').steps
  const [refused] = settle(attemptOne, 'login-session a', 'failed: ERR_ORY_API').steps

  expect(record && isSettled(record)).toBe(false)
  expect(refused && isSettled(refused)).toBe(true)
})

test('folds the receipt from all attempts', () => {
  const died = settle(attemptOne, 'login-session a', 'acknowledged')
  const second = intend(beginAttempt(died, 6000, 9000), { consent_sessions: 1 }, [
    session('b'),
    consents,
  ])
  const done = ['login-session b', 'consent-sessions'].reduce(
    (row, key) => settle(row, key, 'acknowledged'),
    second,
  )
  const receipt = foldReceipt(endAttempt(done, 9000, 'closed'), closing)

  expect(receipt.before).toEqual({ consent_sessions: 2 })
  expect(receipt.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, 'died'],
    [2, 'closed'],
  ])
  expect(receipt.steps).toEqual([
    {
      op: 'revokeOAuth2LoginSessions',
      by: 'sid',
      status: 'requested',
      ends: [{ what: 'logout', status: 'requested' }],
      calls: 2,
      attempts: [
        { attempt: 1, outcomes: { acknowledged: 1, unknown: 1 } },
        { attempt: 2, outcomes: { acknowledged: 1 } },
      ],
    },
    {
      op: 'revokeOAuth2ConsentSessions',
      by: 'subject',
      status: 'observed',
      ends: [
        { what: 'listed', status: 'observed', seen: { before: 2, after: 0 } },
        { what: 'unlisted', status: 'acknowledged' },
      ],
      calls: 1,
      attempts: [{ attempt: 2, outcomes: { acknowledged: 1 } }],
    },
  ])
})

test('tells attempts in their order, whichever step was tried first', () => {
  const died = endAttempt(settle(attemptOne, 'login-session b', 'unknown'), 3000, 'ERR_X')
  const second = intend(beginAttempt(died, 6000, 9000), {}, [session('a'), session('b')])
  const done = settle(second, 'login-session a', 'acknowledged')
  const [sessions] = foldReceipt(done, closing).steps.filter(({ by }) => by === 'sid')

  expect(sessions?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('calls nothing observed that was not there before', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 0 }, [consents])
  const receipt = foldReceipt(settle(row, 'consent-sessions', 'acknowledged'), closing)

  expect(receipt.steps[0]?.status).toBe('acknowledged')
})

test('tells a call that Ory refused for good as refused', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), {}, [session('a')])
  const receipt = foldReceipt(settle(row, 'login-session a', 'failed: ERR_ORY_API'), closing)

  expect(receipt.steps[0]?.status).toBe('refused')
})

test('tells a call without an answer as found done, where a later look leaves it out', () => {
  const died = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 2 }, [consents])
  const second = intend(beginAttempt(died, 6000, 9000), { consent_sessions: 0 }, [])
  const [step] = foldReceipt(second, closing).steps

  expect(step).toMatchObject({
    status: 'found-done',
    attempts: [{ attempt: 1, outcomes: { unknown: 1 } }],
  })
})

const superseded = { ...closing, after: {}, result: 'superseded' } as const

test('calls nothing observed, or found done, where nobody looked afterwards', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 2 }, [
    session('a'),
    consents,
  ])
  const accepted = settle(row, 'consent-sessions', 'acknowledged')
  const lost = settle(row, 'consent-sessions', 'unknown')
  const failed = settle(row, 'consent-sessions', 'failed: ERR_ORY_API')
  const told = [accepted, lost, failed].map((earlier) =>
    foldReceipt(beginAttempt(endAttempt(earlier, 3000, 'ERR_X'), 6000, 9000), superseded),
  )

  expect(told.map(({ steps }) => steps.map(({ op, status }) => [op, status]))).toEqual(
    ['acknowledged', 'requested', 'refused'].map((status) => [
      ['revokeOAuth2ConsentSessions', status],
    ]),
  )
})

test('drops the session ids once the receipt is written', () => {
  const closed = close(attemptOne, foldReceipt(attemptOne, closing))

  expect(JSON.stringify(closed)).not.toContain('"a"')
  expect(closed.receipt?.steps[0]?.calls).toBe(2)
})
