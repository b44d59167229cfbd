import type { Receipt } from '@lapse/core/run'

/** A receipt as the worker writes it, of a user with three consents. */
export const exampleReceipt: Receipt = {
  workflow: 'user-deleted',
  pass: 'first',
  event: {
    key: 'k'.repeat(64),
    type: 'user.deleted',
    id: 'event-1',
    source: 'https://accounts.example',
    time: '2026-01-02T03:04:05Z',
  },
  result: 'done',
  subject: 'a1b2c3d4e5f60718'.repeat(4),
  opened_at: '2026-01-02T03:04:06.000Z',
  closed_at: '2026-01-02T03:04:06.250Z',
  earlier_attempts: 0,
  attempts: [
    {
      number: 1,
      started_at: '2026-01-02T03:04:06.000Z',
      ended_at: '2026-01-02T03:04:06.250Z',
      outcome: 'closed',
    },
  ],
  before: { consent_sessions: 3, login_sessions: 1, clients: 2, grants_newer_than_event: 0 },
  after: { consent_sessions: 0, login_sessions: 0, clients: 0, grants_newer_than_event: 0 },
  steps: [
    {
      op: 'revokeOAuth2LoginSessions',
      by: 'sid',
      status: 'requested',
      ends: [{ what: 'back-channel logout', status: 'requested' }],
      calls: 1,
      accepted: 1,
      attempts: [{ attempt: 1, outcomes: { acknowledged: 1 } }],
    },
    {
      op: 'revokeOAuth2ConsentSessions',
      by: 'subject',
      status: 'observed',
      ends: [
        { what: 'listed consents', status: 'observed', seen: { before: 3, after: 0 } },
        { what: 'unlisted grants', status: 'acknowledged' },
        { what: 'tokens', status: 'acknowledged' },
      ],
      calls: 1,
      accepted: 1,
      attempts: [{ attempt: 1, outcomes: { acknowledged: 1 } }],
    },
  ],
  may_still_work: [
    { what: 'JWT access tokens', until: '2026-01-02T04:04:06.200Z', why: 'nobody asks Ory' },
    { what: 'trusted issuers', until: null, why: 'they are trusted', count: 2 },
    { what: 'other issuers', until: null, why: 'never told', count: 0 },
    { what: 'logins in flight', until: '2026-01-02T03:04:06.100Z', why: 'over by now' },
  ],
  notes: [],
  preconditions: ['the user is refused'],
  follow_up_not_before: '2026-01-02T03:35:06.200Z',
}
