import { expect, test } from 'vitest'
import type { UserSignedOut } from '../../events/index.ts'
import { callsOf, type WorkflowRow } from '../../run/index.ts'
import type { ListedGrant } from '../users/index.ts'
import { userSignedOut } from './user-signed-out.ts'

const workflow = userSignedOut({ followUpAfterMs: 1_860_000, accessTokenLifespanMs: 3_600_000 })

const event: UserSignedOut = {
  type: 'user.signed-out',
  id: 'e-1',
  source: 's',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
  subject: 'alice',
}

const grant = (handledAt: string | undefined): ListedGrant => ({
  clientId: 'mail',
  loginSessionId: 'sid-1',
  handledAt: handledAt === undefined ? undefined : Date.parse(handledAt),
  accessTokenLifespanMs: undefined,
})

const older = grant('2026-01-02T03:04:04Z')
const newer = grant('2026-01-02T03:04:06Z')

test('ends what a deletion ends, in the same order', () => {
  const calls = workflow.plan(event, { grants: [older] }, [], 0).flatMap(callsOf)

  expect(calls.map(({ params }) => params)).toEqual([
    { sid: 'sid-1' },
    { subject: 'alice' },
    { subject: 'alice', all: true },
  ])
})

test('has no second pass, which would end what the user began anew', () => {
  expect(workflow.followUpAfterMs).toBeUndefined()
})

test('says nothing of a user who is gone', () => {
  expect(workflow.preconditions.join()).not.toMatch(/refuse/)
})

test('does not take a login after the sign-out for something left over', () => {
  expect(workflow.verify(event, { grants: [newer] })).toEqual({})
  expect(workflow.verify(event, { grants: [older, newer] })).toEqual({ 'consent sessions': 1 })
  expect(workflow.verify(event, { grants: [grant(undefined)] })).toEqual({ 'consent sessions': 1 })
})

test('tells of newer grants that it ended, and of those that are there afterwards', () => {
  const row: WorkflowRow = {
    workflow: 'user-signed-out',
    pass: 'first',
    event: { key: 'k', type: event.type, id: 'e-1', source: 's', time: event.time },
    about: {},
    openedAt: Date.parse(event.time),
    leaseUntil: 0,
    attempts: [],
    steps: [],
  }
  const late = { ...row, before: workflow.count(event, { grants: [older, newer] }) }

  expect(workflow.notes?.(event, late, { grants: [newer] }, {} as never)).toEqual([
    'not told: the relying parties of 1 login sessions, which ended all the same',
    'not looked at: sessions at the identity provider; API keys, which stay',
    'ended as well: 1 consent sessions newer than the event; the user has to sign in once more',
    'there afterwards: 1 consent sessions newer than the event, which nobody ends',
  ])
  expect(workflow.notes?.(event, row, { grants: [] }, {} as never)).toEqual([
    'not looked at: sessions at the identity provider; API keys, which stay',
  ])
})
