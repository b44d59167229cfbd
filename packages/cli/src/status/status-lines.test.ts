import { expect, test } from 'vitest'
import { layOut } from '../output/layout.ts'
import type { Status } from './status.ts'
import { statusLines } from './status-lines.ts'

const queue = { waiting: 0, in_flight: 0, delayed: 0, dead: 0, oldest_ms: null }
const busy: Status = {
  at: '2026-01-02T03:04:05.000Z',
  place: 'stage production',
  queues: {
    known: [
      {
        ...queue,
        queue: 'user-deleted',
        waiting: 120,
        in_flight: 20,
        delayed: 4010,
        oldest_ms: 750_000,
      },
      { ...queue, queue: 'user-deleted-incident', dead: 3 },
      { ...queue, queue: 'app-offboarded' },
    ],
  },
  lanes: {
    known: {
      calls_per_minute: 34,
      lanes: [
        { lane: 'incident', events: 0, done_at: null },
        { lane: 'deletion', events: 4150, done_at: '2026-01-02T09:10:11.000Z' },
        { lane: 'hygiene', events: 1, done_at: '2026-01-02T03:04:35.000Z' },
      ],
    },
  },
  circuit: { known: { state: 'open', until: '2026-01-02T03:04:25.000Z', opened: 2 } },
  account_circuits: {
    known: [
      { server: 'identities', state: 'closed', until: null, opened: 0 },
      { server: 'api-keys', state: 'open', until: '2026-01-02T03:05:05.000Z', opened: 1 },
    ],
  },
  follow_ups: {
    known: [
      {
        kind: 'expected-pass',
        open: 1000,
        more: true,
        overdue: 2,
        not_due: 998,
        not_due_incidents: 0,
        next_due_at: '2026-01-02T03:00:00.000Z',
      },
      {
        kind: 'suspended-client',
        open: 1,
        more: false,
        overdue: 0,
        not_due: 0,
        not_due_incidents: 0,
        next_due_at: null,
      },
    ],
  },
  rotations: {
    known: [
      {
        secret: 'lapse/production/clients/Mail',
        verdict: 'overdue',
        reason: 'late',
        problem: 'it should have been rotated by now',
        phase: 'overlap',
        due_at: '2026-01-01T00:00:00.000Z',
        overlap_until: '2026-01-02T04:04:05.000Z',
      },
    ],
  },
  last_sweep: {
    known: {
      started_at: '2026-01-02T01:00:00.000Z',
      ended_at: '2026-01-02T01:00:05.000Z',
      executed: 3,
      failed: 1,
      findings: { 'a secret is overdue': 1 },
    },
  },
  last_checkpoint: { known: { at: '2026-01-02T03:02:05.000Z', receipts: 812 } },
  alarms: {
    known: {
      alarms: 57,
      ringing: [
        {
          alarm: 'lapse-production-UserDeletedAge',
          since: '2026-01-02T02:50:00.000Z',
          says: 'user-deleted: events wait; docs/runbook.md#events-wait',
        },
      ],
    },
  },
}
const quiet: Status = {
  ...busy,
  queues: { known: [{ ...queue, queue: 'user-deleted' }] },
  lanes: {
    known: { calls_per_minute: null, lanes: [{ lane: 'incident', events: 0, done_at: null }] },
  },
  circuit: { known: { state: 'closed', until: null, opened: 0 } },
  account_circuits: { known: [] },
  follow_ups: { known: [] },
  rotations: { known: [] },
  last_sweep: { unknown: 'no sweep has said that it ran' },
  last_checkpoint: { unknown: 'lapse dev has no receipts log' },
  alarms: { known: { alarms: 57, ringing: [] } },
}

test('shows all of it on one screen', () => {
  expect(layOut(statusLines(busy), 80)).toMatchInlineSnapshot(`
    [
      "stage production, 2026-01-02 03:04:05Z",
      "",
      "queues",
      "                         waiting  in flight  delayed  DLQ  oldest",
      "  user-deleted           120      20         4010     0    12 min 30 s",
      "  user-deleted-incident  0        0          0        3",
      "  The other 1 is empty.",
      "",
      "lanes",
      "  Ory is down: what waits goes on by itself once it answers.",
      "  incident           0 events",
      "  deletion, hygiene  4150 events  not before 2026-01-02 09:10:11Z, in 6 h 6 min",
      "  due for the sweep  1 event      not before 2026-01-02 03:04:35Z, in 30 s",
      "",
      "follow-ups",
      "  second passes awaited  1000 and more  2 overdue, due since",
      "                                        2026-01-02 03:00:00Z",
      "  clients suspended      1",
      "",
      "rotated secrets",
      "  lapse/production/clients/Mail  overdue  it should have been rotated by now;",
      "                                            overlap until 2026-01-02 04:04:05Z,",
      "                                            in 1 h; due 2026-01-01 00:00:00Z",
      "",
      "circuit          open until 2026-01-02 03:04:25Z, in 20 s: Ory was found down",
      "                   2 times",
      "                 open until 2026-01-02 03:05:05Z, in 1 min: the server of API",
      "                   keys was found down once",
      "last sweep       2 h 4 min ago, 3 executed, 1 failed, a secret is overdue (1)",
      "last checkpoint  2 min ago, over 812 receipts",
      "alarms           lapse-production-UserDeletedAge since 2026-01-02 02:50:00Z",
      "                   user-deleted: events wait; docs/runbook.md#events-wait",
    ]
  `)
  expect(layOut(statusLines(quiet), 80)).toMatchInlineSnapshot(`
    [
      "stage production, 2026-01-02 03:04:05Z",
      "",
      "queues",
      "  All are empty, and their DLQs as well.",
      "",
      "lanes",
      "  No limit is kept: as fast as Ory answers.",
      "  incident  0 events",
      "",
      "follow-ups",
      "  Nothing is open.",
      "",
      "rotated secrets",
      "  None is rotated.",
      "",
      "circuit          closed: no worker has found Ory down",
      "last sweep       cannot tell: no sweep has said that it ran",
      "last checkpoint  cannot tell: lapse dev has no receipts log",
      "alarms           none of 57 rings",
    ]
  `)
})

test.each([60, 80, 120])('fits into %i columns and 50 lines', (width) => {
  for (const status of [busy, quiet]) {
    const lines = layOut(statusLines(status), width)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    expect(lines.length).toBeLessThanOrEqual(50)
  }
})

test('says of every part why it cannot be told', () => {
  const unknown = { unknown: 'AWS refused (AccessDenied)' }
  const all: Status = {
    ...busy,
    queues: unknown,
    lanes: unknown,
    circuit: unknown,
    account_circuits: unknown,
    follow_ups: unknown,
    rotations: unknown,
    last_sweep: unknown,
    last_checkpoint: unknown,
    alarms: unknown,
  }
  const lines = layOut(statusLines(all), 120)
  expect(
    lines.filter((line) => line.includes('cannot tell: AWS refused (AccessDenied)')),
  ).toHaveLength(8)
})
