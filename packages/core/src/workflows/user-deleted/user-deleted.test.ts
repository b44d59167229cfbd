import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UserDeleted } from '../../events/index.ts'
import { callsOf, type Receipt, type StepRecord } from '../../run/index.ts'
import { recordingMetrics } from '../../testing/index.ts'
import type { ListedGrant } from '../users/index.ts'
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

const planned = (grants: readonly ListedGrant[], known: readonly StepRecord[] = []) =>
  workflow
    .plan(event, { grants }, known, 0)
    .flatMap(callsOf)
    .map(({ op, params }) => [op, params])

const known = (key: string, tries: StepRecord['tries']): StepRecord => ({
  key,
  op: 'op',
  by: 'subject',
  ends: [{ what: 'something', evidence: 'acknowledged' }],
  calls: 500,
  planned: 0,
  tries,
})

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
  expect(planned(grants)).toEqual([
    ['revokeOAuth2LoginSessions', { sid: 'sid-1' }],
    ['revokeOAuth2LoginSessions', { sid: 'sid-2' }],
    ...subjectCalls,
  ])
})

test('plans the revocations of a subject of whom nothing is listed', () => {
  expect(planned([])).toEqual(subjectCalls)
})

test('plans no session once every session of the subject has been revoked', () => {
  const revoked = known('login-sessions', [{ attempt: 1, outcome: 'acknowledged' }])
  const lost = known('login-sessions', [{ attempt: 1, outcome: 'unknown' }])

  expect(planned([grant()], [revoked])).toEqual(subjectCalls)
  expect(planned([grant()], [lost])).toHaveLength(3)
})

test('revokes client by client where all consents at once are never answered', () => {
  const grants = [grant(), grant({ clientId: 'calendar' }), grant({ clientId: '' })]
  const lost = (calls: number) => [
    known('consent-sessions', [{ attempt: 1, outcome: 'unknown', calls }]),
    known('login-sessions', [{ attempt: 1, outcome: 'acknowledged' }]),
  ]

  expect(planned(grants, lost(1))).toEqual(subjectCalls)
  expect(planned(grants, lost(2))).toEqual([
    subjectCalls[0],
    ['revokeOAuth2ConsentSessions', { subject: 'alice', client: 'mail' }],
    ['revokeOAuth2ConsentSessions', { subject: 'alice', client: 'calendar' }],
    subjectCalls[1],
  ])
})

test('tells relying parties of five hundred sessions at most, and ends them all', () => {
  const grants = Array.from({ length: 501 }, (_, n) => grant({ loginSessionId: `sid-${n}` }))
  const calls = planned(grants)

  expect(calls).toHaveLength(502)
  expect(calls.slice(-2)).toEqual(subjectCalls)
  expect(workflow.count(event, { grants })).toMatchObject({ login_sessions: 501 })
})

test('tells no more than five hundred sessions over all attempts', () => {
  const grants = Array.from({ length: 1100 }, (_, n) => grant({ loginSessionId: `sid-${n}` }))
  const told = known('login-sessions by sid', [{ attempt: 1, outcome: 'acknowledged', calls: 400 }])

  expect(planned(grants, [told])).toHaveLength(102)
})

test('tells no more relying parties than the rate limit allows before tokens have to end', () => {
  const grants = Array.from({ length: 501 }, (_, n) => grant({ loginSessionId: `sid-${n}` }))
  const settings = { followUpAfterMs: 1_860_000, accessTokenLifespanMs: 3_600_000 }
  const toldBy = (change: object, sinceMs: number) =>
    userDeleted({ ...settings, ...change })
      .plan(event, { grants }, [], sinceMs)
      .flatMap(callsOf).length - subjectCalls.length

  expect(toldBy({ callsPerMinute: 34 }, 0)).toBe(28)
  expect(toldBy({ callsPerMinute: 34 }, 30_000)).toBe(11)
  expect(toldBy({ callsPerMinute: 34, tokensEndWithinMs: 120_000 }, 0)).toBe(56)
  expect(toldBy({ callsPerMinute: 34 }, 50_000)).toBe(0)
  expect(toldBy({}, 49_999)).toBe(500)
  expect(toldBy({}, 50_000)).toBe(0)
})

test('never plans the subject before a session, nor the consents before the subject', () => {
  const sids = fc.array(fc.option(fc.string({ minLength: 1 }), { nil: undefined }))
  fc.assert(
    fc.property(sids, (found) => {
      const grants = found.map((loginSessionId) => grant({ loginSessionId }))
      const plan = workflow.plan(event, { grants }, [], 0)
      const distinct = new Set(found.filter((sid) => sid !== undefined))
      expect(plan.flatMap((step) => callsOf(step).map(() => step.by))).toEqual([
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

test('measures what was revoked, and whom nobody told', () => {
  const metrics = recordingMetrics()
  const steps = [{ by: 'sid', accepted: 1 }]
  const before = { consent_sessions: 3, login_sessions: 2 }
  const at = { event, opened_at: event.time }
  workflow.measure({ ...at, before, steps } as unknown as Receipt, metrics)

  expect(metrics.counts).toEqual({
    UsersProcessed: 1,
    ConsentSessionsRevoked: 3,
    LoginSessionsRevoked: 1,
    LoginSessionsNotTold: 1,
  })
})

test.each([
  ['of whom nothing was listed', { consent_sessions: 0 }, { consent_sessions: 0 }, 1],
  ['who had a consent', { consent_sessions: 1 }, { consent_sessions: 0 }, 0],
  ['who has one now', { consent_sessions: 0 }, { consent_sessions: 1 }, 0],
  [
    'whom the identity provider knows',
    { consent_sessions: 0, identities: 1 },
    { consent_sessions: 0, identities: 1 },
    0,
  ],
  [
    'with an API key',
    { consent_sessions: 0, issued_api_keys: 1 },
    { consent_sessions: 0, issued_api_keys: 0 },
    0,
  ],
])('counts whether anything was known of a user %s', (_whom, before, after, unknown) => {
  const metrics = recordingMetrics()
  const receipt = { event, opened_at: event.time, pass: 'first', result: 'done', before, after }
  workflow.measure({ ...receipt, steps: [] } as unknown as Receipt, metrics)

  expect(metrics.counts).toMatchObject({ SubjectsLookedFor: 1, SubjectsUnknown: unknown })
})

test.each([
  ['a second pass', { pass: 'follow-up' }],
  ['what was superseded', { result: 'superseded' }],
  ['what nobody could look at before', { before: {} }],
  ['what nobody could look at afterwards', { after: {} }],
])('counts no subject as looked for by %s', (_what, changes) => {
  const metrics = recordingMetrics()
  const none = { consent_sessions: 0 }
  const receipt = { event, opened_at: event.time, pass: 'first', result: 'done', steps: [] }
  const changed = { ...receipt, before: none, after: none, ...changes }
  workflow.measure(changed as unknown as Receipt, metrics)

  expect(metrics.counts).not.toHaveProperty('SubjectsLookedFor')
  expect(metrics.counts).not.toHaveProperty('SubjectsUnknown')
})
