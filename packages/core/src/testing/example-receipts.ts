import type { SomeReceipt } from '../receipts/index.ts'

/** Receipts as lapse writes them, closed at 12:04:31; for tests. */

const base = {
  result: 'done',
  opened_at: '2026-01-02T12:04:30.000Z',
  closed_at: '2026-01-02T12:04:31.000Z',
  before: {},
  after: {},
  steps: [],
  may_still_work: [],
  preconditions: [],
  notes: [],
  follow_up_not_before: null,
} as const

const event = {
  key: 'ab'.repeat(32),
  id: 'event-1',
  source: 'https://accounts.example',
  time: '2026-01-02T12:04:29.500Z',
}

export function userReceipt(change: Partial<SomeReceipt> = {}): SomeReceipt {
  return {
    ...base,
    workflow: 'user-deleted',
    pass: 'first',
    lane: 'deletion',
    event: { ...event, type: 'user.deleted' },
    subject: 'cd'.repeat(32),
    before: { consent_sessions: 2, login_sessions: 0, grants_newer_than_event: 0 },
    after: { consent_sessions: 0, login_sessions: 0, grants_newer_than_event: 0 },
    steps: [
      {
        op: 'revokeOAuth2ConsentSessions',
        by: 'subject',
        status: 'observed',
        ends: [{ what: 'consents', status: 'observed', seen: { before: 2, after: 0 } }],
        calls: 1,
        accepted: 1,
      },
    ],
    may_still_work: [
      { what: 'JWT access tokens', until: '2026-01-02T13:04:31.000Z', why: 'nobody asks Ory' },
      { what: 'trusted issuers for any subject', until: null, why: 'they are trusted', count: 2 },
      { what: 'logins in flight', until: '2026-01-02T12:35:31.000Z', why: 'they had begun' },
    ],
    preconditions: ['the identity provider already refuses this user'],
    follow_up_not_before: '2026-01-02T12:35:31.000Z',
    ...change,
  }
}

export function appReceipt(change: Partial<SomeReceipt> = {}): SomeReceipt {
  return {
    ...base,
    workflow: 'app-offboarded',
    pass: 'first',
    event: { ...event, type: 'app.offboarded' },
    client_id: 'notes',
    before: { clients: 1, suspended_clients: 0 },
    after: { clients: 0, suspended_clients: 0 },
    steps: [
      {
        op: 'deleteOAuth2Client',
        by: 'id',
        status: 'observed',
        ends: [{ what: 'the client', status: 'observed', seen: { before: 1, after: 0 } }],
        calls: 1,
        accepted: 1,
      },
    ],
    ...change,
  }
}

export function keyReceipt(change: Partial<SomeReceipt> = {}): SomeReceipt {
  return {
    ...base,
    workflow: 'key-rotated',
    pass: 'first',
    event: { ...event, type: 'key.rotated' },
    issuer: 'https://partner.example',
    before: { grants: 1, grants_to_trust: 1 },
    after: { grants: 2, grants_to_trust: 0 },
    steps: [
      {
        op: 'trustOAuth2JwtGrantIssuer',
        by: 'issuer',
        status: 'observed',
        ends: [
          {
            what: 'the new key not being trusted',
            status: 'observed',
            seen: { before: 1, after: 0 },
          },
        ],
        calls: 1,
        accepted: 1,
      },
    ],
    follow_up_not_before: '2026-01-02T12:35:31.000Z',
    ...change,
  }
}

export function rotationReceipt(pass: string, change: Partial<SomeReceipt> = {}): SomeReceipt {
  const arn = 'arn:aws:secretsmanager:eu-central-1:1:secret:app/notes-AbCdEf'
  return {
    ...base,
    workflow: 'secret-rotation',
    pass,
    event: { ...event, key: `${arn}#v-2`, type: 'secret.rotation', id: 'v-2', source: arn },
    client_id: 'notes',
    before: { credentials_accepted: 1 },
    after: { credentials_accepted: 1 },
    steps: [
      {
        op: 'UpdateSecretVersionStage',
        by: 'AWSCURRENT',
        status: 'acknowledged',
        ends: [],
        calls: 1,
      },
    ],
    follow_up_not_before: pass === 'retire' ? null : '2026-01-02T12:35:31.000Z',
    ...change,
  }
}
