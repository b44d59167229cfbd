import { expect, test } from 'vitest'
import { planLines } from './plan-lines.ts'

test('numbers the steps with what they are for, and shows no escape sequence of a server', () => {
  const plan = {
    workflow: 'user-deleted',
    before: { consent_sessions: 2, login_sessions: 0, clients: 1, grants_newer_than_event: 0 },
    steps: [
      {
        op: 'revokeOAuth2LoginSessions',
        params: { sid: 's\u001b[2J-1' },
        ends: ['one thing', 'another'],
      },
      { op: 'revokeOAuth2ConsentSessions', params: { subject: 'alice', all: true }, ends: [] },
    ],
  } as const

  expect(planLines(plan, 'http://ory')).toEqual(
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
