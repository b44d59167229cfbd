import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createOry, type Ory } from '@lapse/core/ory'
import type { Receipt } from '@lapse/core/run'
import { type OryEmulator, startAuthorization, startOryEmulator } from '@lapse/ory-emulator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deletionWorld } from './deletion-world.ts'
import { bodyOf } from './events.ts'
import { clientOf, createClients, signIn } from './users.ts'

let emulator: OryEmulator
let ory: Ory

beforeEach(async () => {
  emulator = await startOryEmulator()
  ory = createOry({
    adminUrl: emulator.adminUrl,
    publicUrl: emulator.publicUrl,
    retry: { maxAttempts: 1 },
  })
  await createClients(ory)
})

afterEach(async () => {
  await ory[Symbol.asyncDispose]()
  await emulator.stop()
})

const newSubject = () => `gone-${randomUUID()}`

/** Works a deletion off to its end, with everything that the world kept. */
async function deleted(subject: string) {
  const at = deletionWorld(ory)
  await at.queue.send({ body: bodyOf(subject), attributes: {} })
  await at.settle()
  const receipts = at.ledger.rows.flatMap(({ receipt }) => receipt ?? [])
  const [first, followUp] = receipts as [Receipt, Receipt]
  return { ...at, first, followUp }
}

const statuses = ({ steps }: Receipt) => steps.map(({ op, by, status }) => [op, by, status])

const survivor = ({ may_still_work }: Receipt, name: string) =>
  may_still_work.find(({ what }) => what === name)

test('says what was seen gone, what was accepted and what was asked of others', async () => {
  const subject = newSubject()
  await signIn(emulator, subject)
  const { first, followUp } = await deleted(subject)

  expect(statuses(first)).toEqual([
    ['revokeOAuth2LoginSessions', 'sid', 'acknowledged'],
    ['revokeOAuth2LoginSessions', 'subject', 'acknowledged'],
    ['revokeOAuth2ConsentSessions', 'subject', 'observed'],
  ])
  expect(first.steps[2]?.ends).toEqual([
    {
      what: 'the consent sessions that are listed',
      status: 'observed',
      seen: { before: 2, after: 0 },
    },
    { what: 'grants that no list shows', status: 'acknowledged' },
    { what: 'access and refresh tokens issued on a consent', status: 'acknowledged' },
  ])
  expect(first.preconditions).toEqual(['the identity provider already refuses this user'])
  expect(followUp.before).toMatchObject({ consent_sessions: 0 })
})

test('claims nothing seen of a user of whom nothing is listed', async () => {
  const { first } = await deleted(newSubject())

  expect(statuses(first)).toEqual([
    ['revokeOAuth2LoginSessions', 'subject', 'acknowledged'],
    ['revokeOAuth2ConsentSessions', 'subject', 'acknowledged'],
  ])
})

test('ends in the follow-up pass what a login in flight was granted after the first', async () => {
  const subject = newSubject()
  const client = clientOf('mail')
  const login = await startAuthorization({ ...emulator, client, subject })
  const at = deletionWorld(ory)
  await at.queue.send({ body: bodyOf(subject), attributes: {} })
  while (at.ledger.rows[0]?.receipt === undefined) await at.playOn()

  const consent = await (await login.accept()).proceed()
  const { access_token } = await (await (await consent.accept()).proceed()).exchange()
  const token = String(access_token)
  expect((await ory.introspectOAuth2Token({ token })).active).toBe(true)
  await at.settle()

  expect((await ory.introspectOAuth2Token({ token })).active).toBe(false)
  expect(at.ledger.rows[1]?.receipt?.before).toMatchObject({ consent_sessions: 1 })
})

test('names what may still work, and until when', async () => {
  const subject = newSubject()
  await ory.patchOAuth2Client({
    id: 'mail',
    body: [{ op: 'replace', path: '/authorization_code_grant_access_token_lifespan', value: '3h' }],
  })
  await signIn(emulator, subject)
  const { first, followUp } = await deleted(subject)
  const closed = Date.parse(first.closed_at)
  const hours = (receipt: Receipt, name: string) =>
    (Date.parse(survivor(receipt, name)?.until ?? '') - Date.parse(receipt.closed_at)) / 3_600_000

  expect(hours(first, 'JWT access tokens')).toBe(3)
  expect(hours(first, 'access tokens of the jwt-bearer grant')).toBe(3)
  expect(survivor(first, 'logins in flight')?.until).toBe(first.follow_up_not_before)
  expect(Date.parse(first.follow_up_not_before ?? '') - closed).toBe(31 * 60_000)
  expect(hours(followUp, 'JWT access tokens')).toBe(3)
  expect(followUp.follow_up_not_before).toBeNull()
})

test('names trusted issuers that can still speak for the user', async () => {
  const subject = newSubject()
  const trust = (kid: string, whom: { subject: string } | { allow_any_subject: true }) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
    const body = {
      issuer: 'https://partner.example',
      scope: ['read'],
      expires_at: '2036-01-01T00:00:00Z',
      jwk,
      ...whom,
    }
    return ory.trustOAuth2JwtGrantIssuer({ body: body as never })
  }
  await trust('k1', { subject })
  await trust('k2', { subject: 'somebody else' })
  await trust('k3', { allow_any_subject: true })
  const { first } = await deleted(subject)

  expect(survivor(first, 'trusted issuers for this subject')).toMatchObject({
    count: 1,
    until: null,
  })
  expect(survivor(first, 'trusted issuers for any subject')).toMatchObject({
    count: 1,
    until: null,
  })
  expect(survivor(first, 'access tokens of the jwt-bearer grant')?.until).toBeNull()
})

test('counts grants that are newer than the deletion, and revokes them as well', async () => {
  const subject = newSubject()
  await signIn(emulator, subject)
  const { first } = await deleted(subject)

  // The event is of January, the consents are of today.
  expect(first.before).toMatchObject({ consent_sessions: 2, grants_newer_than_event: 2 })
  expect(first.after).toMatchObject({ consent_sessions: 0 })
})

test('does not believe a revocation that was answered and not done', async () => {
  const subject = newSubject()
  await signIn(emulator, subject)
  emulator.faults.add({ operation: 'revokeOAuth2ConsentSessions', kind: 'ignore', times: 2 })
  const { first, metrics } = await deleted(subject)

  expect(first.attempts.map(({ outcome }) => outcome)).toEqual([
    'ERR_VERIFICATION',
    'ERR_VERIFICATION',
    'closed',
  ])
  expect(metrics.counts.VerificationFailures).toBe(2)
})

test('tells a call whose answer was lost as unknown, and makes it again', async () => {
  const subject = newSubject()
  await signIn(emulator, subject)
  emulator.faults.add({ operation: 'revokeOAuth2ConsentSessions', kind: 'drop-after', times: 1 })
  const { first } = await deleted(subject)

  expect(first.before).toMatchObject({ consent_sessions: 2 })
  expect(first.steps[2]).toMatchObject({
    status: 'observed',
    attempts: [
      { attempt: 1, outcomes: { unknown: 1 } },
      { attempt: 2, outcomes: { acknowledged: 1 } },
    ],
  })
})

test('goes on without a session that Ory refuses to revoke, and says so', async () => {
  const subject = newSubject()
  const tokens = await signIn(emulator, subject)
  emulator.faults.add({
    operation: 'revokeOAuth2LoginSessions',
    kind: 'status',
    status: 400,
    json: { error: 'invalid_request', error_description: 'no' },
    when: ({ query }) => query.has('sid'),
  })
  const { first } = await deleted(subject)

  expect(first.steps[0]).toMatchObject({
    by: 'sid',
    status: 'refused',
    attempts: [{ attempt: 1, outcomes: { 'failed: ERR_ORY_API': 2 } }],
  })
  for (const { access_token } of tokens)
    expect((await ory.introspectOAuth2Token({ token: access_token })).active).toBe(false)
})

test.each([
  ['a rate limit', { status: 429, headers: { 'retry-after': '7' } }, 'ERR_ORY_API', 7],
  ['a wrong key', { status: 401, json: { error: { code: 401 } } }, 'ERR_ORY_CONFIGURATION', 60],
  ['a wrong URL', { status: 404, json: { error: { code: 404 } } }, 'ERR_ORY_CONFIGURATION', 60],
])('waits out %s without failing the message', async (_name, answer, code, seconds) => {
  const subject = newSubject()
  await signIn(emulator, subject)
  emulator.faults.add({
    operation: 'listOAuth2ConsentSessions',
    kind: 'status',
    ...answer,
    times: 1,
  })
  const at = deletionWorld(ory)
  await at.queue.send({ body: bodyOf(subject), attributes: {} })
  const started = at.clock.now()
  while (at.ledger.rows[0]?.receipt === undefined) await at.playOn()

  expect(at.metrics.counts.Failures).toBeUndefined()
  expect(at.ledger.rows[0]?.receipt?.attempts.map(({ outcome }) => outcome)).toEqual([
    code,
    'closed',
  ])
  expect((at.clock.now() - started) / 1000).toBe(seconds)
})
