import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { OryApiError } from '@lapse/core/errors'
import { type LeaseRow, withIssuerLease } from '@lapse/core/leases'
import type { Ory } from '@lapse/core/ory'
import { expectedPass, type WorkflowRow } from '@lapse/core/run'
import { type InspectionServices, inspections, passExecute, sweep } from '@lapse/core/sweep'
import {
  manualClock,
  memoryFollowUps,
  memoryLedger,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
  unprotected,
} from '@lapse/core/testing'
import { freeze, type ResetRow, suspended, watchSuspended } from '@lapse/core/workflows'
import { expect, test } from 'vitest'
import { deletionWorld } from './deletion-world.ts'
import { bodyOf } from './events.ts'
import { sharedOry } from './shared-ory.ts'

const server = sharedOry()

const hour = 3_600_000

function prepared(change: Partial<InspectionServices> = {}) {
  const clock = manualClock('2030-01-01T00:00:00Z')
  const services: InspectionServices = {
    ory: server.ory,
    ledger: memoryLedger<WorkflowRow>(),
    followUps: memoryFollowUps(),
    leases: memoryLedger<LeaseRow>(),
    resets: memoryLedger<ResetRow>(),
    secrets: memorySecretVersions(clock),
    clock,
    ...unprotected,
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
  return (await server.ory.trustOAuth2JwtGrantIssuer({ body: body as never })).id
}

const past = '2029-01-01T00:00:00Z'
const future = '2031-01-01T00:00:00Z'

const idsOf = async (issuer: string) =>
  (await Array.fromAsync(server.ory.listTrustedOAuth2JwtGrantIssuers({ issuer }))).map(
    ({ id }) => id,
  )

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
  const at = deletionWorld(server.ory)
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
  for (const event of ['a', 'b', 'c'])
    await followUps.schedule({ id: event, kind: expectedPass, dueAt: clock.now(), data: { event } })
  const { findings, partly, failed } = await run()

  expect(findings).not.toHaveProperty('a follow-up pass is late')
  expect(partly).toEqual({
    'a follow-up pass is late': {
      findings: [{ event: 'a', overdue_ms: 25 * 60_000 }],
      problems: [],
      unseen: 2,
      code: 'ERR_DEADLINE',
    },
  })
  expect(failed).toContainEqual({ what: 'a follow-up pass is late', code: 'ERR_DEADLINE' })
})

test('reads the row of an expected pass once in a sweep', async () => {
  const rows = memoryLedger<WorkflowRow>()
  const reads = { count: 0 }
  const read: typeof rows.read = (key) => {
    reads.count += 1
    return rows.read(key)
  }
  const { run, followUps, clock } = prepared({ ledger: { ...rows, read } })
  await followUps.schedule({ id: 'a', kind: expectedPass, dueAt: clock.now(), data: {} })

  expect((await run()).findings['a follow-up pass is late']).toHaveLength(1)
  expect(reads.count).toBe(1)
})

test('waits for a pass as long as its message or its row may be anywhere', async () => {
  const clock = manualClock('2030-01-01T00:00:00Z')
  const { run, followUps } = prepared({ clock })
  await followUps.schedule({ id: 'a', kind: expectedPass, dueAt: clock.now(), data: {} })
  clock.advance(60 * 24 * hour)
  expect((await run()).executed).toEqual([])
  clock.advance(1)

  expect((await run()).executed).toMatchObject([{ outcome: 'never closed' }])
})

/** What Ory answers where something of its own is broken. */
const broken = (operation: string) =>
  new OryApiError(operation, { status: 500, body: {}, retryable: true })

/** Ory, with one of its operations counted, and broken for some. */
function breaking<Name extends 'deleteTrustedOAuth2JwtGrantIssuer' | 'getOAuth2Client'>(
  name: Name,
  isBroken: (id: string) => boolean,
) {
  const asked: string[] = []
  const call = (parameters: { id: string }, options: object) => {
    asked.push(parameters.id)
    if (isBroken(parameters.id)) return Promise.reject(broken(name))
    return server.ory[name](parameters, options)
  }
  return { asked, ory: { ...server.ory, [name]: call } as Ory }
}

test('deletes every key but the one that Ory cannot delete, and tells which that is', async () => {
  const issuers = Array.from({ length: 9 }, () => `https://${randomUUID()}.example`)
  const ids = await Promise.all(issuers.map((issuer) => trust(issuer, 'k', 'alice', past)))
  const bad = ids[4] ?? ''
  const at = breaking('deleteTrustedOAuth2JwtGrantIssuer', (id) => id === bad)
  const { findings } = await prepared({ ory: at.ory }).run()

  const left = await Promise.all(issuers.map(idsOf))
  expect(left.flat()).toEqual([bad])
  expect(findings['an expired trusted issuer has to stay']).toContainEqual({
    issuer: issuers[4],
    kid: 'k',
    expired: 1,
    grants: 1,
    problem: 'ERR_ORY_API',
  })
  await prepared().run()
  expect(await idsOf(issuers[4] ?? '')).toEqual([])
})

test('deletes a key once, whatever stands on it, and lists its issuer once', async () => {
  const issuer = `https://${randomUUID()}.example`
  for (const kid of ['a', 'b', 'c'])
    for (const subject of ['alice', 'bob', 'carol']) await trust(issuer, kid, subject, past)
  const listed: unknown[] = []
  const at = breaking('deleteTrustedOAuth2JwtGrantIssuer', () => false)
  const list: Ory['listTrustedOAuth2JwtGrantIssuers'] = (parameters, options) => {
    listed.push(parameters?.issuer)
    return server.ory.listTrustedOAuth2JwtGrantIssuers(parameters, options)
  }
  await prepared({ ory: { ...at.ory, listTrustedOAuth2JwtGrantIssuers: list } }).run()

  expect(await idsOf(issuer)).toEqual([])
  expect(at.asked).toHaveLength(3)
  expect(listed).toEqual([undefined, issuer])
})

test('deletes what is on the pages it could read, and says that there may be more', async () => {
  const issuer = `https://${randomUUID()}.example`
  await trust(issuer, 'k', 'alice', past)
  const list = (parameters: { issuer?: string }, options: object) => {
    const listed = server.ory.listTrustedOAuth2JwtGrantIssuers(parameters, options)
    return parameters.issuer === undefined ? thenBroken(listed) : listed
  }
  async function* thenBroken<T>(listed: AsyncIterable<T>) {
    yield* listed
    throw broken('listTrustedOAuth2JwtGrantIssuers')
  }
  const at = { ...server.ory, listTrustedOAuth2JwtGrantIssuers: list } as unknown as Ory
  const { failed } = await prepared({ ory: at }).run()

  expect(await idsOf(issuer)).toEqual([])
  const what = 'an expired trusted issuer has to stay'
  expect(failed).toContainEqual({ what, code: 'ERR_ORY_API' })
})

test('leaves keys that it has no time for to the next sweep, and counts them', async () => {
  const issuers = Array.from({ length: 9 }, () => `https://${randomUUID()}.example`)
  for (const issuer of issuers) await trust(issuer, 'k', 'alice', past)
  const clock = manualClock('2030-01-01T00:00:00Z')
  const rows = memoryLedger<LeaseRow>()
  const read: typeof rows.read = (key) => {
    clock.advance(hour / 6)
    return rows.read(key)
  }
  const { run } = prepared({ clock, leases: { ...rows, read } })
  const { partly } = await run()

  const left = (await Promise.all(issuers.map(idsOf))).flat()
  expect(left.length).toBeGreaterThan(0)
  expect(partly?.['an expired trusted issuer has to stay']).toMatchObject({
    unseen: left.length,
    code: 'ERR_DEADLINE',
  })
  await prepared().run()
  expect((await Promise.all(issuers.map(idsOf))).flat()).toEqual([])
})

test('reports suspended clients that something un-froze or deleted', async () => {
  const { run, followUps } = prepared()
  for (const id of ['still', 'unfrozen', 'gone']) {
    const client_id = `${id}-${randomUUID()}`
    const client = await server.ory.createOAuth2Client({ body: { client_id } })
    if (id === 'still') await server.ory.patchOAuth2Client({ id: client_id, body: freeze(client) })
    if (id === 'gone') await server.ory.deleteOAuth2Client({ id: client_id })
    const dueAt = Date.parse('9999-12-31T00:00:00Z')
    await followUps.schedule({ id, kind: suspended, dueAt, data: { client_id } })
  }
  const { findings } = await run()

  expect(findings['a suspended client is not suspended any more']).toMatchObject([
    { state: 'unfrozen' },
    { state: 'gone' },
  ])
})

test('tells of every un-frozen client but the one that Ory cannot show, and of that one as well', async () => {
  const followUps = memoryFollowUps()
  for (const name of ['a', 'bad', 'b']) {
    const client_id = `${name}-${randomUUID()}`
    await server.ory.createOAuth2Client({ body: { client_id } })
    await watchSuspended(followUps, client_id, name)
  }
  const at = breaking('getOAuth2Client', (id) => id.startsWith('bad'))
  const { partly, failed } = await prepared({ followUps, ory: at.ory }).run()

  const what = 'a suspended client is not suspended any more'
  expect(partly?.[what]).toMatchObject({
    findings: [{ state: 'unfrozen' }, { state: 'unfrozen' }],
    problems: [{ client_id: expect.stringMatching(/^bad-/), problem: 'ERR_ORY_API' }],
    unseen: 1,
  })
  expect(failed).toContainEqual({ what, code: 'ERR_ORY_API' })
})

test('looks at every suspended client in turn where there is no time for all', async () => {
  const followUps = memoryFollowUps()
  const clock = manualClock('2030-01-01T00:00:00Z')
  for (let n = 0; n < 12; n += 1) await watchSuspended(followUps, `client-${n}`, `${n}`)
  const asked: string[] = []
  const getOAuth2Client = async ({ id }: { id: string }) => {
    asked.push(id)
    clock.advance(hour / 3)
    throw broken('getOAuth2Client')
  }
  const { run } = prepared({ followUps, clock, ory: { ...server.ory, getOAuth2Client } as Ory })
  for (let n = 0; n < 6; n += 1) await run()

  expect(new Set(asked).size).toBe(12)
})
