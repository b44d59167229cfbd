import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UserDeleted } from '../../events/index.ts'
import { beginAttempt, intend, newRow, settle } from '../../run/index.ts'
import { recordingMetrics } from '../../testing/index.ts'
import type { ListedGrant } from './listed-grants.ts'
import { userDeleted } from './user-deleted.ts'

const workflow = userDeleted({ followUpAfterMs: 1_860_000, accessTokenLifespanMs: 3_600_000 })

const event: UserDeleted = {
  type: 'user.deleted',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
  subject: 'alice',
}

const grant = (change: Partial<ListedGrant> = {}): ListedGrant => ({
  clientId: 'mail',
  loginSessionId: 'sid-1',
  handledAt: Date.parse('2026-01-01T00:00:00Z'),
  accessTokenLifespanMs: undefined,
  ...change,
})

const callsOf = (grants: readonly ListedGrant[]) =>
  workflow.plan(event, { grants }, []).map(({ call }) => [call.op, call.params])

const subjectCalls = [
  ['revokeOAuth2LoginSessions', { subject: 'alice' }],
  ['revokeOAuth2ConsentSessions', { subject: 'alice', all: true }],
]

test('plans sessions one by one, then all of the subject, then the consents', () => {
  const grants = [
    grant(),
    grant({ loginSessionId: 'sid-2', clientId: 'calendar' }),
    grant({ clientId: 'notes' }),
    grant({ loginSessionId: undefined }),
  ]
  expect(callsOf(grants)).toEqual([
    ['revokeOAuth2LoginSessions', { sid: 'sid-1' }],
    ['revokeOAuth2LoginSessions', { sid: 'sid-2' }],
    ...subjectCalls,
  ])
})

test('plans the revocations of a subject of whom nothing is listed', () => {
  expect(callsOf([])).toEqual(subjectCalls)
})

test('plans a session again that an earlier attempt may not have revoked', () => {
  const row = newRow({
    workflow: 'user-deleted',
    pass: 'first',
    event: { key: 'k', type: event.type, id: event.id, source: 's', time: event.time },
    about: { subject: 'p' },
    openedAt: 0,
  })
  const sids = ['done', 'refused', 'lost', 'untried']
  const plan = workflow.plan(
    event,
    { grants: sids.map((loginSessionId) => grant({ loginSessionId })) },
    [],
  )
  const outcomes = [
    ['login-session done', 'acknowledged'],
    ['login-session refused', 'failed: ERR_ORY_API'],
    ['login-session lost', 'unknown'],
  ] as const
  const { steps } = outcomes.reduce(
    (last, [key, outcome]) => settle(last, key, outcome),
    intend(beginAttempt(row, 0, 0), {}, plan),
  )

  expect(workflow.plan(event, { grants: [] }, steps).flatMap(({ target }) => target ?? [])).toEqual(
    ['lost', 'untried'],
  )
})

test('tells relying parties of five hundred sessions at most, and ends them all', () => {
  const grants = Array.from({ length: 501 }, (_, n) => grant({ loginSessionId: `sid-${n}` }))
  const calls = callsOf(grants)

  expect(calls).toHaveLength(502)
  expect(calls.slice(-2)).toEqual(subjectCalls)
  expect(workflow.count(event, { grants })).toMatchObject({ login_sessions: 501 })
})

test('tells no more than five hundred sessions over all attempts, so that the row stays small', () => {
  const row = newRow({
    workflow: 'user-deleted',
    pass: 'first',
    event: { key: 'k', type: event.type, id: event.id, source: 's', time: event.time },
    about: { subject: 'p' },
    openedAt: 0,
  })
  const grants = Array.from({ length: 1500 }, (_, n) => grant({ loginSessionId: `sid-${n}` }))
  const first = intend(beginAttempt(row, 0, 0), {}, workflow.plan(event, { grants }, []))
  const told = [...Array(400).keys()].reduce(
    (last, n) => settle(last, `login-session sid-${n}`, 'acknowledged'),
    first,
  )
  const second = beginAttempt(told, 0, 0)
  const again = workflow.plan(event, { grants: grants.slice(400) }, second.steps)

  expect(again.filter(({ by }) => by === 'sid')).toHaveLength(100)
  expect(intend(second, {}, again).steps).toHaveLength(502)
})

test('never plans the subject before a session, nor the consents before the subject', () => {
  const sids = fc.array(fc.option(fc.string({ minLength: 1 }), { nil: undefined }))
  fc.assert(
    fc.property(sids, (found) => {
      const plan = workflow.plan(
        event,
        { grants: found.map((loginSessionId) => grant({ loginSessionId })) },
        [],
      )
      const distinct = new Set(found.filter((sid) => sid !== undefined))
      expect(plan.map(({ by }) => by)).toEqual([
        ...[...distinct].map(() => 'sid'),
        'subject',
        'subject',
      ])
    }),
  )
})

test('counts what it saw, and what is newer than the deletion', () => {
  const grants = [
    grant({ accessTokenLifespanMs: 7_200_000 }),
    grant({ clientId: 'calendar', handledAt: Date.parse('2026-01-02T03:04:06Z') }),
    grant({ loginSessionId: undefined, handledAt: undefined }),
  ]
  expect(workflow.count(event, { grants })).toEqual({
    consent_sessions: 3,
    login_sessions: 1,
    clients: 2,
    longest_lifespan_override_ms: 7_200_000,
    grants_newer_than_event: 1,
  })
})

test('is verified by a list without a consent', () => {
  expect(workflow.verify(event, { grants: [] })).toEqual({})
  expect(workflow.verify(event, { grants: [grant()] })).toEqual({ 'consent sessions': 1 })
})

test('measures what was revoked, and not what was refused', () => {
  const metrics = recordingMetrics()
  const row = newRow({
    workflow: 'user-deleted',
    pass: 'first',
    event: { key: 'k', type: event.type, id: event.id, source: 's', time: event.time },
    about: { subject: 'p' },
    openedAt: 0,
  })
  const grants = [grant(), grant({ loginSessionId: 'sid-2' })]
  const plan = workflow.plan(event, { grants }, [])
  const open = intend(beginAttempt(row, 0, 0), { consent_sessions: 3 }, plan)
  workflow.measure(
    settle(
      settle(open, 'login-session sid-1', 'acknowledged'),
      'login-session sid-2',
      'failed: ERR_ORY_API',
    ),
    metrics,
  )

  expect(metrics.counts).toEqual({
    UsersProcessed: 1,
    ConsentSessionsRevoked: 3,
    LoginSessionsRevoked: 1,
  })
})
