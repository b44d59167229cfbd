import { OryApiError } from '@lapse/core/errors'
import type { Ory } from '@lapse/core/ory'
import { memoryLedger, memoryWorker, stillWorkflow } from '@lapse/core/testing'
import type { ResetRow } from '@lapse/core/workflows'
import { expect, test } from 'vitest'
import type { PlanServices } from '../plan/open-ledger.ts'
import { describe } from './described.ts'
import { judgeLetter, nothingScarce, planLetter } from './plan-letter.ts'
import type { NamedDlq } from './queues.ts'

const late = 'deferred-too-long: ERR_ORY_API'
const toDo = { verdict: { result: 'to-do' }, before: { clients: 1 } } as const
const nothingLeft = { verdict: { result: 'nothing-left' }, before: { clients: 0 } } as const
const later = { id: 'e', source: 's', time: '2026-01-02T03:04:05Z' }

test.each([
  [
    'a later event',
    { verdict: { result: 'superseded', superseded_by: later }, before: {} },
    late,
    'moot',
  ],
  [
    'a receipt',
    { verdict: { result: 'done-before', receipt: 'done', closed_at: '' }, before: {} },
    late,
    'moot',
  ],
  ['a refusal', { verdict: { result: 'refused', reason: 'x' }, before: {} }, late, 'refused'],
  [
    'a refusal in the end',
    { verdict: { result: 'refused-afterwards', reason: 'x' }, before: {} },
    late,
    'refused',
  ],
  ['a wait that is over', toDo, late, 'same'],
  ['failures that nobody expected', toDo, 'max-receives', 'same'],
  ['what a topic could not deliver', toDo, 'undelivered: AccessDenied', 'same'],
  ['a refusal that is mended', toDo, 'metadata-is-no-object', 'changed'],
] as const)('of %s', (_what, plan, reason, outcome) => {
  expect(judgeLetter(plan, true, { reason }).outcome).toBe(outcome)
})

test('that nothing is listed any more is no proof, unless it was asked for by its id', () => {
  expect(judgeLetter(nothingLeft, true, { reason: late }).outcome).toBe('moot')
  expect(judgeLetter(nothingLeft, false, { reason: late }).outcome).toBe('same')
})

test('what Ory lists now is compared with what the ledger says was seen first', () => {
  const outcomeAfter = (counts: Readonly<Record<string, number>>) =>
    judgeLetter(toDo, false, { reason: late, counts }).outcome

  expect(outcomeAfter({ clients: 1 })).toBe('same')
  expect(outcomeAfter({ clients: 2 })).toBe('changed')
  expect(outcomeAfter({ clients: 1, issuers: 1 })).toBe('changed')
})

test('a plan takes nothing from the limit that revocations need', async () => {
  const attempt = { operation: 'o', deadline: 0 }

  await expect(nothingScarce().next({ ...attempt, bucket: 'admin-low' })).rejects.toThrow(
    'does not',
  )
  expect(await nothingScarce().next({ ...attempt, bucket: 'admin-high' })).toBeUndefined()
})

/** A deletion of an app whose client Ory does not have, and what planning it again comes to. */
async function planOfDeletion(reset?: Partial<ResetRow>): Promise<string> {
  const { worker } = memoryWorker(stillWorkflow())
  const resets = memoryLedger<ResetRow>()
  if (reset !== undefined)
    await resets.write(
      { workflow: 'app-offboarded', event: 'client mail', pass: 'reset' },
      { clientId: 'mail', client: { client_id: 'mail' }, ...reset } as ResetRow,
      0,
      undefined,
    )
  const gone = { status: 404, body: {}, retryable: false, rowMissing: true }
  const ory = {
    getOAuth2Client: () => Promise.reject(new OryApiError('getOAuth2Client', gone)),
  } as unknown as Ory
  const services = {
    ...(await worker.services()),
    resets,
    newest: memoryLedger(),
  } as unknown as PlanServices
  const body = JSON.stringify({
    specversion: '1.0',
    id: '1',
    source: 's',
    type: 'app.offboarded',
    time: new Date(services.clock.now()).toISOString(),
    data: { client_id: 'mail', mode: 'delete' },
  })
  const letter = { messageId: 'm', receiptHandle: 'm', sentAt: 0, body, attributes: {} }
  const named = { name: 'app-offboarded', stem: 'app-offboarded', url: 'http://q', config: {} }
  const described = describe({ ...letter, texts: { 'lapse-reason': late } }, named as NamedDlq, {})
  return (await planLetter(described, { ory, services, variables: {} })).outcome
}

test('a deletion is moot once its client is gone, unless a reset is to make it again', async () => {
  expect(await planOfDeletion()).toBe('moot')
  expect(await planOfDeletion({ closedAt: 1 })).toBe('moot')
  expect(await planOfDeletion({})).toBe('same')
})
