import type { DryRun, Verdict } from '@lapse/core/run'
import { expect, test } from 'vitest'
import { layOut, unwrapped } from '../output/layout.ts'
import { planLines } from './plan-lines.ts'

const planOf = (verdict: Verdict, change: Partial<DryRun> = {}): DryRun => ({
  workflow: 'user-deleted',
  verdict,
  ledger: 'asked',
  not_looked_at: [],
  before: { consent_sessions: 2, login_sessions: 0, clients: 1, grants_newer_than_event: 0 },
  steps: [],
  ...change,
})

test('numbers the steps with what they are for, and shows no escape sequence of a server', () => {
  const plan = planOf(
    { result: 'to-do' },
    {
      steps: [
        {
          op: 'revokeOAuth2LoginSessions',
          params: { sid: 's\u001b[2J-1' },
          ends: ['one thing', 'another'],
        },
        { op: 'revokeOAuth2ConsentSessions', params: { subject: 'alice', all: true }, ends: [] },
      ],
    },
  )

  expect(unwrapped(planLines(plan, 'http://ory'))).toEqual(
    expect.arrayContaining([
      'Plan for user-deleted at http://ory',
      '  2 consent sessions, 0 login sessions, 1 client',
      '  1  revokeOAuth2LoginSessions  sid=s [2J-1',
      '     for one thing',
      '     for another',
      '  2  revokeOAuth2ConsentSessions  subject=alice all=true',
    ]),
  )
})

test('says nothing of what was seen where nobody looked', () => {
  const closed = { result: 'done-before', receipt: 'done', closed_at: '2026-01-02T03:04:05Z' }
  const lines = unwrapped(planLines(planOf(closed as Verdict, { before: {} }), 'http://ory'))

  expect(lines).not.toContain('Seen now')
  expect(lines).toContain('  nothing')
})

test('says of messages that each is judged anew', () => {
  const send = { op: 'queue.send', params: { body: '{}' }, ends: ['a message for each client'] }
  const plan = planOf({ result: 'to-do' }, { workflow: 'app-offboarded', steps: [send] })

  expect(unwrapped(planLines(plan, 'http://ory')).join('\n')).toContain(
    'Each message is judged anew',
  )
})

test('shows twenty calls alike, says how many more there are, and what nobody looked at', () => {
  const revoke = (_: unknown, n: number) => ({
    op: 'adminRevokeIssuedApiKey' as const,
    params: { id: `k${n}`, body: { reason: 'REVOCATION_REASON_AFFILIATION_CHANGED' as const } },
    ends: [],
  })
  const last = { op: 'adminRevokeImportedApiKey', params: { id: 'last' }, ends: [] }
  const steps = [...Array.from({ length: 25 }, revoke), last] as DryRun['steps']
  const gaps = ['sessions at the identity provider']
  const lines = unwrapped(
    planLines(planOf({ result: 'to-do' }, { steps, not_looked_at: gaps }), 'http://ory'),
  )

  expect(lines.filter((line) => line.includes('adminRevokeIssuedApiKey  '))).toHaveLength(20)
  expect(lines).toContain('     and 5 more of adminRevokeIssuedApiKey, up to step 25')
  expect(lines).toContain('  26  adminRevokeImportedApiKey  id=last')
  expect(lines).toContain('Not looked at: sessions at the identity provider.')
})

test('goes on below a step where it has no room', () => {
  const params = { id: 'notes', body: [{ op: 'replace', path: '/grant_types', value: ['a', 'b'] }] }
  const step = { op: 'patchOAuth2Client', params, ends: ['every new grant to the client'] }
  const lines = layOut(planLines(planOf({ result: 'to-do' }, { steps: [step] }), 'http://ory'), 60)

  expect(
    lines
      .slice(
        lines.findIndex((line) => /^ {2}1/.test(line)),
        -2,
      )
      .slice(0, 4),
  ).toEqual([
    '  1  patchOAuth2Client  id=notes body=[ { "op": "replace",',
    '       "path": "/grant_types", "value": [ "a", "b" ] } ]',
    '     for every new grant to the client',
    '',
  ])
})
