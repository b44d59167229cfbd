import { expect, test } from 'vitest'
import type { UserSuspended } from '../../events/index.ts'
import type { WorkflowRow } from '../../run/index.ts'
import { userSuspended } from './user-suspended.ts'

const workflow = userSuspended({ followUpAfterMs: 1_860_000, accessTokenLifespanMs: 3_600_000 })

const event: UserSuspended = {
  type: 'user.suspended',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
  subject: 'alice',
}

const newer = {
  clientId: 'mail',
  loginSessionId: undefined,
  handledAt: Date.parse('2026-01-02T03:04:06Z'),
  accessTokenLifespanMs: undefined,
}

test('does it all once more when logins in flight have ended', () => {
  expect(workflow.followUpAfterMs).toBe(1_860_000)
})

test('takes every grant for left over, as nobody may have granted anything', () => {
  expect(workflow.verify(event, { grants: [newer] })).toEqual({ 'consent sessions': 1 })
})

test('tells of API keys that are newer, and only where there are some', () => {
  const { trailing } = userSuspended({
    followUpAfterMs: 1,
    accessTokenLifespanMs: 1,
    apiKeys: true,
    suspensionEndsApiKeys: true,
  })
  const step = (key: string, calls: number) => ({
    key,
    calls,
    op: 'op',
    by: 'key_id',
    ends: [{ what: 'API keys', evidence: 'acknowledged' as const }] as const,
    planned: 0,
    tries: [],
  })
  const older = step('issued-api-keys', 3)

  expect(trailing?.notes?.([older])).toEqual([])
  expect(
    trailing?.notes?.([
      older,
      step('issued-api-keys newer than the event', 1),
      step('imported-api-keys newer than the event', 1),
    ]),
  ).toEqual([
    'ended as well: 2 API keys newer than the event, which cannot be had back; a user who may sign in again needs new ones',
  ])
})

test('claims a suspension, and tells whoever was let in again meanwhile', () => {
  const row: WorkflowRow = {
    workflow: 'user-suspended',
    pass: 'follow-up',
    event: { key: 'k', type: event.type, id: 'e-1', source: 's', time: event.time },
    about: {},
    openedAt: Date.parse(event.time),
    leaseUntil: 0,
    attempts: [],
    steps: [],
  }
  const seen = { ...row, before: workflow.count(event, { grants: [newer] }) }

  expect(workflow.preconditions).toEqual([
    'the identity provider refuses this user for as long as they are suspended',
  ])
  expect(workflow.notes?.(event, seen, { grants: [] }, {} as never)).toEqual([
    'not looked at: sessions at the identity provider; API keys, which stay',
    'ended as well: 1 consent sessions newer than the event; a user who may sign in again has to do so once more',
  ])
})
