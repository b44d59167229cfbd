import type { Source, Status } from '../documents.ts'

const at = '2026-11-29T12:00:00.000Z'

export const exampleStatus: Status = {
  at,
  place: 'lapse dev',
  queues: {
    known: [
      { queue: 'user-deleted', waiting: 3, in_flight: 1, delayed: 1, dead: 1, oldest_ms: 61_000 },
      {
        queue: 'user-deleted-incident',
        waiting: 1,
        in_flight: 0,
        delayed: 0,
        dead: 0,
        oldest_ms: null,
      },
    ],
  },
  lanes: {
    known: {
      calls_per_minute: 250,
      lanes: [{ lane: 'deletion', events: 4, done_at: '2026-11-29T12:05:00.000Z' }],
    },
  },
  circuit: { known: { state: 'open', until: '2026-11-29T12:00:10.000Z', opened: 2 } },
  account_circuits: {
    known: [
      { server: 'identities', state: 'closed', until: null, opened: 0 },
      { server: 'api-keys', state: 'open', until: '2026-11-29T12:01:10.000Z', opened: 1 },
    ],
  },
  follow_ups: {
    known: [
      {
        kind: 'retire-keys',
        open: 1,
        more: false,
        overdue: 0,
        next_due_at: '2026-11-29T13:00:00Z',
      },
    ],
  },
  rotations: { known: [] },
  last_sweep: { known: { ended_at: at, executed: 1, failed: 0, findings: {} } },
  last_checkpoint: { unknown: 'lapse dev has no receipts log' },
  alarms: { known: { alarms: 20, ringing: [] } },
}

const id = '2026-11-29T12:03:02.000Z#user-deleted#key#first'
const event = {
  type: 'user.deleted',
  id: 'event-1',
  source: 'https://accounts.example',
  time: '2026-11-29T12:00:00.000Z',
}

/** A place as pages read it, with one of everything. */
export function exampleSource(others: Partial<Source> = {}): Source {
  return {
    place: 'lapse dev',
    suffix: '',
    everyMs: 1000,
    status: async () => ({ known: exampleStatus }),
    doctor: async () => ({
      known: {
        counts: { wrong: 1, cannot_tell: 0, well: 1 },
        checks: [
          { check: 'dlqs', about: 'DLQs', outcome: 'well', says: 'nothing is there', problems: [] },
          {
            check: 'table',
            about: 'the table',
            outcome: 'wrong',
            says: '',
            problems: [{ says: 'it expires nothing', do: 'turn time to live on' }],
          },
        ],
      },
    }),
    receipts: async () => ({
      known: [
        {
          id,
          workflow: 'user-deleted',
          pass: 'first',
          result: 'done',
          closed_at: '2026-11-29T12:03:02.000Z',
          event,
          subject: 'a22bede85f55d44d31696788a7d4e001',
          verdict: 'gone since 2026-11-29 12:03:02Z',
          may_still_work: [],
        },
      ],
    }),
    about: async () => ({ known: [] }),
    namesOf: async () => ({ known: ['subject:pseudonym'] }),
    event: async () => ({
      known: [
        {
          verdict: 'gone since 2026-11-29 12:03:02Z',
          ending: 'gone',
          may_still_work: [{ what: 'JWT access tokens', until: '2026-11-29T13:03:02.000Z' }],
          receipts: [
            {
              id,
              receipt: {
                workflow: 'user-deleted',
                pass: 'first',
                lane: 'deletion',
                result: 'done',
                event,
                subject: 'a22bede85f55d44d31696788a7d4e001',
                opened_at: '2026-11-29T12:00:01.000Z',
                closed_at: '2026-11-29T12:03:02.000Z',
                earlier_attempts: 0,
                attempts: [
                  {
                    number: 1,
                    started_at: '2026-11-29T12:00:01.000Z',
                    ended_at: '2026-11-29T12:01:01.000Z',
                    outcome: 'ERR_ORY_TRANSPORT',
                  },
                  {
                    number: 2,
                    started_at: '2026-11-29T12:03:01.000Z',
                    ended_at: '2026-11-29T12:03:02.000Z',
                    outcome: 'closed',
                  },
                ],
                before: { consent_sessions: 3, login_sessions: 1 },
                after: { consent_sessions: 0 },
                steps: [
                  {
                    op: 'revokeOAuth2ConsentSessions',
                    by: 'subject',
                    status: 'observed',
                    calls: 12,
                    accepted: 12,
                    ends: [
                      {
                        what: 'the consent sessions that are listed',
                        status: 'observed',
                        seen: { before: 3, after: 0 },
                      },
                    ],
                  },
                ],
                preconditions: ['the identity provider already refuses this user'],
                notes: [],
                follow_up_not_before: '2026-11-29T12:34:00.000Z',
              },
            },
          ],
        },
      ],
    }),
    waiting: async () => [],
    deadLetters: async () => ({
      known: [
        {
          queue: 'user-deleted',
          message_id: 'message-1',
          reason: 'malformed: data',
          redriven: 0,
          sent_at: at,
          event: { type: 'unreadable' },
          outcome: 'refused',
          why: 'malformed: data',
        },
      ],
    }),
    secrets: async () => ({
      known: [
        {
          secretId: 'app/notes',
          verdict: 'unfinished',
          problem: 'two credentials work',
          next: 'lapse rotate --status',
          rotationEnabled: true,
          stages: { 'version-1': ['AWSCURRENT'], 'version-2': ['AWSPREVIOUS'] },
          ageMs: 86_400_000,
          nextRotationAt: Date.parse(at) + 86_400_000,
          overlapMs: 600_000,
          overlap: { versionId: 'version-1', retireAt: Date.parse(at) + 600_000 },
        },
      ],
    }),
    fault: () => 'none',
    ...others,
  }
}
