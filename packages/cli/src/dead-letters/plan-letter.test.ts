import { OryApiError } from '@lapse/core/errors'
import type { Ory } from '@lapse/core/ory'
import type { Attributes } from '@lapse/core/ports'
import { derivedAttributes, memoryLedger, memoryWorker, stillWorkflow } from '@lapse/core/testing'
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
  const attempt = { operation: 'o', port: 'admin', deadline: 0 } as const

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

const leaver = {
  specversion: '1.0',
  id: '1',
  source: 'hr',
  type: 'user.deleted',
  time: '2026-01-02T03:04:00Z',
  data: { employee: 'hr-42' },
}

const variables = { SUBJECT_TEMPLATES: JSON.stringify({ hr: { external_id: '{employee}' } }) }

/** What planning a letter again comes to, where the identity provider knows these. */
async function planOf(event: object, texts: Attributes, identities?: readonly string[]) {
  const { worker } = memoryWorker(stillWorkflow())
  const services = (await worker.services()) as unknown as PlanServices
  const none = async function* () {}
  const ory = { listOAuth2ConsentSessions: none } as unknown as Ory
  const accounts = identities && {
    async getIdentityByExternalID() {
      const [id] = identities
      if (id !== undefined) return { id }
      const gone = { status: 404, body: {}, retryable: false, rowMissing: true }
      throw new OryApiError('getIdentityByExternalID', gone)
    },
  }
  const body = JSON.stringify(event)
  const letter = { messageId: 'm', receiptHandle: 'm', sentAt: 0, body, attributes: {} }
  const named = { name: 'user-deleted', stem: 'user-deleted', url: 'http://q', config: {} }
  const described = describe({ ...letter, texts }, named as NamedDlq, variables)
  const planning = { ory, accounts: accounts as never, services, variables }
  return { described, plan: await planLetter(described, planning) }
}

test('whose event it was that nobody was found for is asked again', async () => {
  const reason = { 'lapse-reason': 'subjects-unknown: nobody' }

  expect((await planOf(leaver, reason, [])).plan).toMatchObject({
    outcome: 'refused',
    why: expect.stringMatching(/^subjects-unknown/),
  })
  expect((await planOf(leaver, reason, ['i-1'])).plan).toMatchObject({ outcome: 'changed' })
  expect((await planOf(leaver, reason)).plan).toEqual({
    outcome: 'same',
    why: 'the worker would ask the identity provider whose event it is; ORY_IDENTITIES_URL is not set here',
  })
})

test('an event that lapse derived names its subject itself, and one that only says so does not', async () => {
  const event = { ...leaver, data: { subject: 'alice' } }
  const derived = { part: 'subject', parent: '1' }
  const sealed = (ledgerKey: Uint8Array) => ({
    'lapse-reason': late,
    ...derivedAttributes(JSON.stringify(event), derived, ledgerKey),
  })
  const own = await planOf(event, sealed(new Uint8Array(32)), [])
  const forged = await planOf(event, sealed(new Uint8Array(32).fill(9)), [])

  expect(own.described.read).toMatchObject({ event: { subject: 'alice' } })
  expect(own.plan.outcome).toBe('same')
  expect(forged.plan).toMatchObject({
    outcome: 'refused',
    why: expect.stringMatching(/^subjects-unknown: data\.employee /),
  })
})
