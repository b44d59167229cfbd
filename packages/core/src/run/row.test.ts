import { expect, test } from 'vitest'
import { type Closing, foldReceipt } from './fold-receipt.ts'
import {
  beginAttempt,
  close,
  endAttempt,
  intend,
  intendPart,
  newRow,
  settle,
  troubled,
} from './row.ts'
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

const sessions = (...sids: readonly string[]): Step => ({
  key: 'sessions',
  calls: sids.map((sid) => ({ op: 'revokeOAuth2LoginSessions', params: { sid } })),
  by: 'sid',
  ends: [{ what: 'logout', evidence: 'acknowledged' }],
  bestEffort: true,
})

/** A patch that takes something away may not be made twice. */
const unmark = (id: string): Step => ({
  key: `unmark ${id}`,
  call: {
    op: 'patchOAuth2Client',
    params: { id, body: [{ op: 'remove', path: '/metadata/mark' }] },
  },
  by: 'id',
  ends: [{ what: 'the mark', evidence: 'acknowledged' }],
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

const closing: Closing = {
  result: 'done',
  closedAt: 9000,
  after: { consent_sessions: 0 },
  mayStillWork: [],
  preconditions: [],
  notes: [],
  followUpNotBefore: undefined,
}

const attemptOne = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 2 }, [
  sessions('sid-a', 'sid-b'),
  consents,
])

test('keeps neither the subject nor an id of a planned call', () => {
  expect(JSON.stringify(attemptOne)).not.toMatch(/alice|sid-a/)
})

test('keeps the first observation, whatever a later attempt sees', () => {
  const later = intend(beginAttempt(attemptOne, 6000, 9000), { consent_sessions: 0 }, [consents])

  expect(later.before).toEqual({ consent_sessions: 2 })
})

test('takes every call of a dead attempt without an outcome for possibly done', () => {
  const died = settle(attemptOne, 'sessions', 'acknowledged')
  const next = beginAttempt(died, 6000, 9000)

  expect(next.steps.map(({ key, tries }) => [key, tries])).toEqual([
    [
      'sessions',
      [
        { attempt: 1, outcome: 'acknowledged' },
        { attempt: 1, outcome: 'unknown' },
      ],
    ],
    ['consent-sessions', [{ attempt: 1, outcome: 'unknown' }]],
  ])
})

test('takes nothing for possibly done after a call that is made one by one', () => {
  const plan = [sessions('a'), unmark('x'), unmark('y'), consents]
  const died = intend(beginAttempt(blank, 2000, 5000), {}, plan)
  const triesOf = (row: typeof died) =>
    beginAttempt(row, 6000, 9000).steps.map(({ tries }) => tries.map(({ outcome }) => outcome))

  expect(triesOf(died)).toEqual([['unknown'], ['unknown'], [], []])
  expect(triesOf(settle(settle(died, 'sessions', 'acknowledged'), 'unmark x', 'already'))).toEqual([
    ['acknowledged'],
    ['already'],
    ['unknown'],
    [],
  ])
})

test('takes nothing of an attempt that ended by itself for unknown', () => {
  const ended = endAttempt(settle(attemptOne, 'sessions', 'acknowledged'), 3000, 'ERR_X')

  expect(beginAttempt(ended, 6000, 9000).steps.flatMap(({ tries }) => tries)).toHaveLength(1)
})

test('takes nothing for unknown where an attempt died before its plan was kept', () => {
  const second = beginAttempt(settle(attemptOne, 'sessions', 'acknowledged'), 6000, 9000)
  const third = beginAttempt(second, 10_000, 12_000)

  expect(third.steps).toEqual(second.steps)
})

test('counts calls that ended alike, and different calls over all attempts', () => {
  const sids = Array.from({ length: 400 }, (_, n) => `sid-${n}`)
  const first = intend(beginAttempt(blank, 2000, 5000), {}, [sessions(...sids)])
  const told = sids.slice(0, 100).reduce((row) => settle(row, 'sessions', 'acknowledged'), first)
  const second = beginAttempt(endAttempt(told, 3000, 'ERR_X'), 6000, 9000)
  const [step] = intend(second, {}, [sessions(...sids.slice(100), 'new')]).steps

  expect(step).toMatchObject({ calls: 401, planned: 301 })
  expect(step?.tries).toEqual([{ attempt: 1, outcome: 'acknowledged', calls: 100 }])
})

const keys = (count: number): Step => ({
  key: 'keys',
  calls: Array.from({ length: count }, (_, n) => ({
    op: 'revokeOAuth2LoginSessions',
    params: { sid: `key-${n}` },
  })),
  by: 'key_id',
  ends: [{ what: 'keys', evidence: { seenIn: 'keys' } }],
})

const settledAll = (row: typeof blank, count: number) =>
  Array.from({ length: count }).reduce<typeof blank>(
    (after) => settle(after, 'keys', 'acknowledged'),
    row,
  )

test('adds up the parts that an attempt intends one after the other', () => {
  const first = settledAll(intendPart(beginAttempt(blank, 2000, 5000), [keys(10)]), 10)
  const second = settledAll(intendPart(first, [keys(5)]), 3)

  expect(second.before).toEqual({ keys: 15 })
  expect(second.steps).toMatchObject([{ calls: 15, planned: 15 }])
})

test('takes of a part that died only what had no outcome for unknown, and plans that anew', () => {
  const first = settledAll(intendPart(beginAttempt(blank, 2000, 5000), [keys(10)]), 10)
  const died = settledAll(intendPart(first, [keys(5)]), 3)
  const next = beginAttempt(died, 6000, 9000)
  const again = intendPart(next, [keys(2)])

  expect(next.steps[0]?.tries).toEqual([
    { attempt: 1, outcome: 'acknowledged', calls: 13 },
    { attempt: 1, outcome: 'unknown', calls: 2 },
  ])
  expect(again.before).toEqual({ keys: 15 })
  expect(again.steps).toMatchObject([{ calls: 15, planned: 2 }])
})

test('counts calls once that every attempt makes again', () => {
  const messages: Step = { ...sessions('sid-a', 'sid-b'), everyAttempt: true }
  const first = settle(
    intend(beginAttempt(blank, 1, 2), {}, [messages]),
    'sessions',
    'acknowledged',
  )
  const second = intend(beginAttempt(endAttempt(first, 3, 'ERR_DEADLINE'), 4, 5), {}, [messages])

  expect(second.steps).toMatchObject([{ calls: 2, planned: 2 }])
})

test('keeps a row of an event that waits for days small, and its attempts counted', () => {
  const waited = [...Array(3000).keys()].reduce((row, n) => {
    const failed = settle(intend(beginAttempt(row, n, n), {}, [consents]), consents.key, 'unknown')
    return endAttempt(failed, n, 'ERR_ORY_TRANSPORT')
  }, blank)
  const receipt = foldReceipt(waited, closing)

  expect(JSON.stringify(waited).length).toBeLessThan(8 * 1024)
  expect(waited.attempts.at(-1)?.number).toBe(3000)
  expect(receipt.earlier_attempts + receipt.attempts.length).toBe(3000)
  const counted = receipt.steps[0]?.attempts.map(({ outcomes }) => outcomes['unknown'] ?? 0) ?? []
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(3000)
})

test('remembers the first trouble only', () => {
  const once = troubled(attemptOne, 2500)

  expect(troubled(beginAttempt(once, 6000, 9000), 6500).trouble).toEqual({
    attempt: 1,
    since: 2500,
  })
})

test('folds the receipt from all attempts', () => {
  const died = settle(attemptOne, 'sessions', 'acknowledged')
  const second = intend(beginAttempt(died, 6000, 9000), { consent_sessions: 1 }, [
    sessions('sid-b'),
    consents,
  ])
  const done = ['sessions', 'consent-sessions'].reduce(
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
      status: 'acknowledged',
      ends: [{ what: 'logout', status: 'acknowledged' }],
      calls: 2,
      accepted: 2,
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
      accepted: 1,
      attempts: [
        { attempt: 1, outcomes: { unknown: 1 } },
        { attempt: 2, outcomes: { acknowledged: 1 } },
      ],
    },
  ])
})

test('tells attempts in their order, whichever step was tried first', () => {
  const died = endAttempt(settle(attemptOne, 'sessions', 'unknown'), 3000, 'ERR_X')
  const second = intend(beginAttempt(died, 6000, 9000), {}, [sessions('a', 'b')])
  const done = settle(second, 'sessions', 'acknowledged')
  const [told] = foldReceipt(done, closing).steps.filter(({ by }) => by === 'sid')

  expect(told?.attempts.map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('calls nothing observed that was not there before', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 0 }, [consents])
  const receipt = foldReceipt(settle(row, 'consent-sessions', 'acknowledged'), closing)

  expect(receipt.steps[0]?.status).toBe('acknowledged')
})

test('tells a call that Ory refused for good as refused', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), {}, [sessions('a')])
  const receipt = foldReceipt(settle(row, 'sessions', 'failed: ERR_ORY_API'), closing)

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

const superseded: Closing = { ...closing, after: {}, result: 'superseded' }

test('calls nothing observed, or found done, where nobody looked afterwards', () => {
  const row = intend(beginAttempt(blank, 2000, 5000), { consent_sessions: 2 }, [consents])
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

test('calls nothing observed where nothing could be looked at', () => {
  const done = settle(attemptOne, 'consent-sessions', 'acknowledged')
  const blind = foldReceipt(done, { ...closing, after: {} })

  expect(blind.after).toEqual({})
  expect(blind.steps.map(({ status }) => status)).not.toContain('observed')
})

test('keeps no step once the receipt is written', () => {
  const done = settle(attemptOne, 'sessions', 'acknowledged')
  const closed = close(done, foldReceipt(done, closing))

  expect(closed.steps).toEqual([])
  expect(closed.receipt?.steps).toMatchObject([{ by: 'sid', calls: 2, accepted: 1 }])
})
