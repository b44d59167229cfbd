import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type LeaseRow, withIssuerLease } from '@lapse/core/leases'
import { createOry, type Ory } from '@lapse/core/ory'
import { expectedPass, type WorkflowRow } from '@lapse/core/run'
import { type InspectionServices, inspections, passExecute, sweep } from '@lapse/core/sweep'
import {
  manualClock,
  memoryFollowUps,
  memoryLedger,
  recordingLog,
  recordingMetrics,
} from '@lapse/core/testing'
import { freeze, suspended } from '@lapse/core/workflows'
import { type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deletionWorld } from './deletion-world.ts'
import { bodyOf } from './events.ts'

let emulator: OryEmulator
let ory: Ory

beforeAll(async () => {
  emulator = await startOryEmulator()
  ory = createOry({ adminUrl: emulator.adminUrl, publicUrl: emulator.publicUrl })
})

afterAll(async () => {
  await ory[Symbol.asyncDispose]()
  await emulator.stop()
})

const hour = 3_600_000

function prepared(change: Partial<InspectionServices> = {}) {
  const clock = manualClock('2030-01-01T00:00:00Z')
  const services: InspectionServices = {
    ory,
    ledger: memoryLedger<WorkflowRow>(),
    followUps: memoryFollowUps(),
    leases: memoryLedger<LeaseRow>(),
    clock,
    protectedIssuers: [],
    ...change,
  }
  const run = () =>
    sweep(
      {
        ...services,
        executes: { [expectedPass]: passExecute(services) },
        inspections: inspections(services),
        log: recordingLog(),
        metrics: recordingMetrics(),
      },
      { deadline: services.clock.now() + hour },
    )
  return { ...services, run }
}

/** A grant on a key of an issuer; Ory keeps one key for each kid. */
async function trust(issuer: string, kid: string, subject: string, expires_at: string) {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
  const body = { issuer, subject, scope: ['read'], jwk, expires_at }
  return (await ory.trustOAuth2JwtGrantIssuer({ body: body as never })).id
}

const past = '2029-01-01T00:00:00Z'
const future = '2031-01-01T00:00:00Z'

const idsOf = async (issuer: string) =>
  (await Array.fromAsync(ory.listTrustedOAuth2JwtGrantIssuers({ issuer }))).map(({ id }) => id)

test('deletes grants that have expired, key by key', async () => {
  const issuer = `https://${randomUUID()}.example`
  await trust(issuer, 'old', 'alice', past)
  await trust(issuer, 'old', 'bob', past)
  const living = await trust(issuer, 'new', 'alice', future)
  const { findings } = await prepared().run()

  expect(await idsOf(issuer)).toEqual([living])
  expect(findings['an expired trusted issuer has to stay']).toEqual([])
})

test('keeps an expired grant whose key another grant still needs, and says so', async () => {
  const issuer = `https://${randomUUID()}.example`
  const ids = [await trust(issuer, 'k', 'alice', past), await trust(issuer, 'k', 'bob', future)]
  const { findings } = await prepared().run()

  expect((await idsOf(issuer)).sort()).toEqual(ids.sort())
  expect(findings['an expired trusted issuer has to stay']).toContainEqual({
    issuer,
    kid: 'k',
    expired: 1,
    grants: 2,
  })
})

test('leaves an issuer that somebody else is at work on to the next sweep, and no other', async () => {
  const [busy, free] = [`https://${randomUUID()}.example`, `https://${randomUUID()}.example`]
  for (const issuer of [busy, free]) await trust(issuer, 'k', 'alice', past)
  const { run, leases, clock } = prepared()
  const during = await withIssuerLease(busy, { ledger: leases, clock }, clock.now() + hour, run)

  expect(during.failed).toEqual([])
  expect([await idsOf(busy), await idsOf(free)]).toMatchObject([{ length: 1 }, { length: 0 }])
  await run()
  expect(await idsOf(busy)).toEqual([])
})

test('deletes nothing on a key that a grant was given meanwhile', async () => {
  const issuer = `https://${randomUUID()}.example`
  await trust(issuer, 'k', 'alice', past)
  const leases = memoryLedger<LeaseRow>()
  const read: typeof leases.read = async (key) => {
    if (key.event === issuer) await trust(issuer, 'k', 'bob', future)
    return leases.read(key)
  }
  await prepared({ leases: { ...leases, read } }).run()

  expect(await idsOf(issuer)).toHaveLength(2)
})

test('keeps the grants of a protected issuer', async () => {
  const issuer = `https://${randomUUID()}.example`
  await trust(issuer, 'k', 'alice', past)
  await prepared({ protectedIssuers: [issuer] }).run()

  expect(await idsOf(issuer)).toHaveLength(1)
})

test('reports a follow-up pass without a receipt, and ends its watch when there is one', async () => {
  const at = deletionWorld(ory)
  await at.queue.send({ body: bodyOf(`gone-${randomUUID()}`), attributes: {} })
  while (at.ledger.rows[0]?.receipt === undefined) await at.playOn()
  const { followUps, ledger, clock } = at
  const { run } = prepared({ followUps, ledger, clock })

  expect((await run()).findings['a follow-up pass is late']).toEqual([])
  clock.advance(2 * hour)
  expect((await run()).findings['a follow-up pass is late']).toMatchObject([
    { workflow: 'user-deleted', pass: 'follow-up', overdue_ms: 2 * hour - 91 * 60_000 },
  ])
  await at.settle()
  expect((await run()).executed).toMatchObject([{ kind: expectedPass, outcome: 'closed' }])
  expect((await run()).findings['a follow-up pass is late']).toEqual([])
})

test('does not tell of some late passes as if they were all', async () => {
  const clock = manualClock('2030-01-01T00:00:00Z')
  const read = async () => {
    clock.advance(25 * 60_000)
    return undefined
  }
  const { run, followUps } = prepared({ clock, ledger: { ...memoryLedger<WorkflowRow>(), read } })
  for (const event of ['a', 'b'])
    await followUps.schedule({ id: event, kind: expectedPass, dueAt: 0, data: { event } })
  const { findings, failed } = await run()

  expect(findings).not.toHaveProperty('a follow-up pass is late')
  expect(failed).toContainEqual({ what: 'a follow-up pass is late', code: 'ERR_DEADLINE' })
})

test('reports suspended clients that something un-froze or deleted', async () => {
  const { run, followUps } = prepared()
  for (const id of ['still', 'unfrozen', 'gone']) {
    const client_id = `${id}-${randomUUID()}`
    const client = await ory.createOAuth2Client({ body: { client_id } })
    if (id === 'still') await ory.patchOAuth2Client({ id: client_id, body: freeze(client) })
    if (id === 'gone') await ory.deleteOAuth2Client({ id: client_id })
    const dueAt = Date.parse('9999-12-31T00:00:00Z')
    await followUps.schedule({ id, kind: suspended, dueAt, data: { client_id } })
  }
  const { findings } = await run()

  expect(findings['a suspended client is not suspended any more']).toMatchObject([
    { state: 'unfrozen' },
    { state: 'gone' },
  ])
})
