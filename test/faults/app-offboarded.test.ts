import { randomUUID } from 'node:crypto'
import { suspended } from '@lapse/core/workflows'
import { afterAll, expect, test } from 'vitest'
import {
  basicOf,
  bodyOf,
  fromNow,
  offboardingStage,
  operationsOf,
  reasonsOf,
} from './offboarding-stage.ts'

const {
  emulator,
  ory,
  offboardingWorld,
  newClient,
  trust,
  machineToken,
  isActive,
  userTokens,
  worked,
  stop,
} = await offboardingStage()

afterAll(stop)

test('deletes a client with its tokens, frozen first', async () => {
  const client = await newClient()
  const { access_token, refresh_token } = await userTokens(client)
  const { receipt } = await worked(bodyOf({ client_id: client.client_id, mode: 'delete' }))

  expect(operationsOf(receipt)).toEqual([
    ['patchOAuth2Client', 'acknowledged'],
    ['deleteOAuth2Token', 'acknowledged'],
    ['deleteOAuth2Client', 'observed'],
  ])
  expect(receipt).toMatchObject({
    client_id: client.client_id,
    before: { clients: 1 },
    after: { clients: 0 },
  })
  expect([await isActive(access_token), await isActive(refresh_token)]).toEqual([false, false])
  await expect(ory.getOAuth2Client({ id: client.client_id })).rejects.toMatchObject({
    rowMissing: true,
  })
})

test('takes a client that is gone for offboarded', async () => {
  const { receipt } = await worked(bodyOf({ client_id: `gone-${randomUUID()}`, mode: 'delete' }))

  expect(receipt.steps).toMatchObject([
    { op: 'deleteOAuth2Client', status: 'acknowledged', attempts: [{ outcomes: { already: 1 } }] },
  ])
})

test('suspends a client, keeps its refresh tokens dormant, and says so', async () => {
  const client = await newClient()
  const { access_token, refresh_token } = await userTokens(client)
  const { receipt } = await worked(bodyOf({ client_id: client.client_id, mode: 'suspend' }))

  expect(await isActive(access_token)).toBe(false)
  expect(await isActive(refresh_token)).toBe(true)
  await expect(machineToken(client)).rejects.toMatchObject({
    body: { error: 'unauthorized_client' },
  })
  expect(receipt.after).toMatchObject({ suspended_clients: 1 })
  expect(receipt.may_still_work.map(({ what }) => what)).toEqual([
    'JWT access tokens',
    'refresh tokens',
  ])
})

test('brings a client back byte for byte, but for updated_at', async () => {
  const client = await newClient()
  const { refresh_token } = await userTokens(client)
  const { updated_at: _before, ...before } = await ory.getOAuth2Client({ id: client.client_id })
  await worked(bodyOf({ client_id: client.client_id, mode: 'suspend' }))
  const { receipt } = await worked(bodyOf({ client_id: client.client_id, mode: 'restore' }))
  const { updated_at: _after, ...after } = await ory.getOAuth2Client({ id: client.client_id })

  expect(JSON.stringify(after)).toBe(JSON.stringify(before))
  expect(operationsOf(receipt)).toEqual([['patchOAuth2Client', 'observed']])
  const refreshed = await ory.oauth2TokenExchange({
    grant_type: 'refresh_token',
    refresh_token: String(refresh_token),
    basic: basicOf(client),
  })
  expect(await isActive(refreshed.access_token)).toBe(true)
})

test('watches a client from its suspension until its restore', async () => {
  const { client_id } = await newClient()
  const of = (mode: string) => bodyOf({ client_id, mode })
  const [once, both] = [await worked(of('suspend')), await worked(of('suspend'), of('restore'))]

  expect(await Array.fromAsync(once.followUps.open(suspended))).toMatchObject([
    { data: { client_id } },
  ])
  expect(await Array.fromAsync(both.followUps.open(suspended))).toEqual([])
})

test('restores nothing that was never suspended', async () => {
  const client = await newClient()
  const { receipt } = await worked(bodyOf({ client_id: client.client_id, mode: 'restore' }))

  expect(receipt).toMatchObject({ steps: [], notes: [] })
})

test('suspends twice without forgetting what the client was', async () => {
  const client = await newClient()
  const id = client.client_id
  await worked(
    bodyOf({ client_id: id, mode: 'suspend' }),
    bodyOf({ client_id: id, mode: 'suspend' }),
  )
  await worked(bodyOf({ client_id: id, mode: 'restore' }))

  expect(await ory.getOAuth2Client({ id })).toMatchObject({
    grant_types: client.grant_types,
    response_types: client.response_types,
    metadata: { team: 'blue' },
  })
})

test('refuses to restore a client that somebody has unfrozen', async () => {
  const client = await newClient()
  const id = client.client_id
  await worked(bodyOf({ client_id: id, mode: 'suspend' }))
  await ory.patchOAuth2Client({
    id,
    body: [{ op: 'replace', path: '/grant_types', value: ['client_credentials'] }],
  })
  const at = await worked(bodyOf({ client_id: id, mode: 'restore' }))

  expect(reasonsOf(at)).toEqual(['unfrozen-meanwhile'])
  expect((await ory.getOAuth2Client({ id })).grant_types).toEqual(['client_credentials'])
})

test('refuses to restore a client whose marker somebody took away', async () => {
  const { client_id } = await newClient()
  await worked(bodyOf({ client_id, mode: 'suspend' }))
  await ory.patchOAuth2Client({
    id: client_id,
    body: [{ op: 'remove', path: '/metadata/lapse_suspended' }],
  })
  const at = await worked(bodyOf({ client_id, mode: 'restore' }))

  expect(reasonsOf(at)).toEqual(['marker-missing'])
})

test('deletes the grants of the trusted issuers named, and no other', async () => {
  const client = await newClient()
  const issuer = `https://${randomUUID()}.example`
  await trust(issuer, 'k1')
  await trust(issuer, 'k2')
  const other = await trust(`${issuer}.org`)
  const { receipt } = await worked(
    bodyOf({ client_id: client.client_id, mode: 'delete', issuers: [issuer] }),
  )

  expect(receipt).toMatchObject({ before: { trusted_issuers: 2 }, after: { trusted_issuers: 0 } })
  expect((await ory.getTrustedOAuth2JwtGrantIssuer({ id: other.id })).id).toBe(other.id)
})

test.each([
  ['a protected client', 'protected-client', { client_id: 'console', mode: 'delete' }, {}],
  ['a client of a protected owner', 'protected-owner', { mode: 'delete' }, { owner: 'platform' }],
  ['a protected owner', 'protected-owner', { owner: 'platform', mode: 'delete' }, {}],
  [
    'a protected issuer',
    'protected-issuer',
    { mode: 'delete', issuers: ['https://protected.example'] },
    {},
  ],
  [
    'a suspension without room for its marker',
    'metadata-is-no-object',
    { mode: 'suspend' },
    { metadata: ['x'] },
  ],
  ['the suspension of no client', 'no-such-client', { client_id: 'nobody', mode: 'suspend' }, {}],
])('refuses %s, and touches nothing', async (_name, reason, data, change) => {
  const client = await newClient(change)
  const before = await ory.getOAuth2Client({ id: client.client_id })
  const at = await worked(
    bodyOf({ ...('owner' in data ? {} : { client_id: client.client_id }), ...data }),
  )

  expect(reasonsOf(at)).toEqual([reason])
  expect(at.made).toEqual([])
  expect(await ory.getOAuth2Client({ id: client.client_id })).toEqual(before)
})

test('parks an event that is older than the client', async () => {
  const client = await newClient()
  const at = await worked(
    bodyOf({ client_id: client.client_id, mode: 'delete' }, fromNow(-86_400_000)),
  )

  expect(reasonsOf(at)).toEqual(['newer-than-event'])
  expect(at.made).toEqual([])
})

test('does nothing for an event that comes after a later one', async () => {
  const { client_id } = await newClient()
  const [first, second] = [fromNow(120_000), fromNow(180_000)]
  const { receipts, made } = await worked(
    bodyOf({ client_id, mode: 'suspend' }, second),
    bodyOf({ client_id, mode: 'delete' }, first),
  )

  expect(receipts.map(({ result, steps }) => [result, steps.length])).toEqual([
    ['done', 2],
    ['superseded', 0],
  ])
  const { id, source, time } = receipts[0]?.event ?? {}
  expect(receipts[1]?.superseded_by).toEqual({ id, source, time })
  expect(made.map(({ op }) => op)).not.toContain('deleteOAuth2Client')
})

test('says of a superseded restore neither that it was seen nor what it would have changed', async () => {
  const { client_id } = await newClient()
  await worked(bodyOf({ client_id, mode: 'suspend' }))
  const [first, second] = [fromNow(120_000), fromNow(180_000)]
  const at = offboardingWorld()
  await at.queue.send({ body: bodyOf({ client_id, mode: 'restore' }, first), attributes: {} })
  await at.play({ kind: 'deliver', pick: 0 })
  while (at.made.length === 0) await at.play({ kind: 'step', pick: 0, fate: 'go-on' })
  await at.play({ kind: 'step', pick: 0, fate: 'die-after' })
  const [left] = at.queue.visible()
  const message = at.queue.take(String(left?.messageId))
  at.clock.advance(120_000)
  await at.queue.send({ body: bodyOf({ client_id, mode: 'suspend' }, second), attributes: {} })
  await at.settle()
  at.queue.putBack(message)
  await at.settle()

  expect(at.ledger.rows[0]?.receipt).toMatchObject({
    result: 'superseded',
    before: { suspended_clients: 1 },
    steps: [{ op: 'patchOAuth2Client', status: 'acknowledged' }],
    notes: [],
  })
})

test('offboards every client of an owner by a message of its own', async () => {
  const owner = `owner-${randomUUID()}`
  const mine = await Promise.all(Array.from({ length: 5 }, () => newClient({ owner })))
  const other = await newClient({ owner: `${owner}-2` })
  const { receipts } = await worked(bodyOf({ owner, mode: 'delete' }))

  expect((await ory.listOAuth2Clients({ owner })).items).toEqual([])
  expect((await ory.getOAuth2Client({ id: other.client_id })).client_id).toBe(other.client_id)
  expect(receipts.flatMap(({ client_id = [] }) => client_id).sort()).toEqual(
    mine.map(({ client_id }) => client_id).sort(),
  )
})

test('goes through hundreds of clients of an owner in several messages', async () => {
  const owner = `owner-${randomUUID()}`
  await Promise.all(Array.from({ length: 205 }, () => newClient({ owner })))
  const { receipts } = await worked(bodyOf({ owner, mode: 'delete' }))

  expect((await ory.listOAuth2Clients({ owner })).items).toEqual([])
  expect(receipts.filter((receipt) => receipt.owner === owner).map(({ before }) => before)).toEqual(
    [{ clients: 205 }, { clients: 5 }],
  )
})

test('touches no client of an owner while one of them is protected', async () => {
  const owner = `owner-${randomUUID()}`
  const client = await newClient({ owner })
  await ory.createOAuth2Client({ body: { client_id: 'console', owner } })
  const at = await worked(bodyOf({ owner, mode: 'delete' }))
  await ory.deleteOAuth2Client({ id: 'console' })

  expect(reasonsOf(at)).toEqual(['protected-client'])
  expect(at.made).toEqual([])
  expect((await ory.getOAuth2Client({ id: client.client_id })).owner).toBe(owner)
})

test('deletes a client that Ory will not freeze, and says so', async () => {
  const { client_id } = await newClient()
  emulator.faults.add({ operation: 'patchOAuth2Client', kind: 'status', status: 500, times: 1 })
  const { receipt } = await worked(bodyOf({ client_id, mode: 'delete' }))

  expect(operationsOf(receipt)).toEqual([
    ['patchOAuth2Client', 'requested'],
    ['deleteOAuth2Token', 'acknowledged'],
    ['deleteOAuth2Client', 'observed'],
  ])
})

test('suspends a client that Ory would not freeze at first', async () => {
  const { client_id } = await newClient()
  emulator.faults.add({ operation: 'patchOAuth2Client', kind: 'status', status: 500, times: 1 })
  const at = await worked(bodyOf({ client_id, mode: 'suspend' }))

  expect(reasonsOf(at)).toEqual([])
  expect(at.receipt.attempts.map(({ outcome }) => outcome)).toEqual(['ERR_ORY_API', 'closed'])
  expect(at.receipt.after).toMatchObject({ suspended_clients: 1 })
})

test.each([
  ['issuers', 'listTrustedOAuth2JwtGrantIssuers', { issuers: ['https://partner.example'] }],
])('freezes a client whose %s cannot be read', async (_what, operation, named) => {
  const client = await newClient()
  const { access_token } = await userTokens(client)
  const at = offboardingWorld()
  const { client_id } = client
  await at.queue.send({ body: bodyOf({ client_id, mode: 'delete', ...named }), attributes: {} })
  emulator.faults.add({ operation: operation as never, kind: 'status', status: 500, times: 1 })
  await at.play({ kind: 'deliver', pick: 0 })
  while (at.gatesAhead().length > 0) await at.play({ kind: 'step', pick: 0, fate: 'go-on' })

  expect(at.ledger.rows[0]?.receipt).toBeUndefined()
  expect(await isActive(access_token)).toBe(false)
  await expect(machineToken(client)).rejects.toMatchObject({
    body: { error: 'unauthorized_client' },
  })
  await at.settle()
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
})

test('freezes a client while somebody else works on its issuers', async () => {
  const { client_id } = await newClient()
  const issuer = `https://${randomUUID()}.example`
  const at = offboardingWorld()
  const body = (id: string) => bodyOf({ client_id: id, mode: 'delete', issuers: [issuer] })
  await at.queue.send({ body: body('gone'), attributes: {} })
  await at.play({ kind: 'deliver', pick: 0 })
  while (at.gatesAhead()[0] !== 'listTrustedOAuth2JwtGrantIssuers')
    await at.play({ kind: 'step', pick: 0, fate: 'go-on' })
  await at.queue.send({ body: body(client_id), attributes: {} })
  await at.play({ kind: 'deliver', pick: 0 })
  while (at.gatesAhead().length > 1) await at.play({ kind: 'step', pick: 1, fate: 'go-on' })

  expect((await ory.getOAuth2Client({ id: client_id })).metadata).toHaveProperty('lapse_suspended')
  await at.settle()
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
})

test('refuses an event from the future, and carries out the one that is due', async () => {
  const { client_id } = await newClient()
  const at = await worked(
    bodyOf({ client_id, mode: 'restore' }, fromNow(6 * 60_000)),
    bodyOf({ client_id, mode: 'delete' }),
  )

  expect(reasonsOf(at)).toEqual(['time-in-the-future'])
  expect(at.receipts.map(({ result }) => result)).toEqual(['done'])
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
})

test.each([
  ['a client', { client_id: 'gone-long-ago' }],
  ['an owner', { owner: 'nobody' }],
  ['an owner and its issuers', { owner: 'nobody', issuers: ['https://partner.example'] }],
])('refuses an event about %s that is older than the ledger remembers', async (_what, data) => {
  const day = 86_400_000
  const of = (days: number) => bodyOf({ ...data, mode: 'delete' }, fromNow(-days * day))
  const [old, recent] = [await worked(of(60)), await worked(of(59.99))]

  expect([reasonsOf(old), old.made]).toEqual([['older-than-ledger'], []])
  expect(reasonsOf(recent)).toEqual([])
})

test.each([
  [['delete', 'suspend', 'restore'], []],
  [['restore', 'suspend', 'delete'], []],
  [['restore', 'suspend'], ['suspended']],
  [['suspend', 'restore'], ['suspended']],
] as const)('has events of one time end alike in the order %j', async (modes, expected) => {
  const { client_id } = await newClient()
  const time = fromNow(60_000)
  await worked(...modes.map((mode) => bodyOf({ client_id, mode }, time)))
  const after = await ory.getOAuth2Client({ id: client_id }).catch(() => undefined)
  const marked = JSON.stringify(after?.metadata ?? {}).includes('lapse_suspended')

  expect(after === undefined ? [] : [marked ? 'suspended' : 'restored']).toEqual(expected)
})

test('refuses to suspend a client again whose marker somebody took away', async () => {
  const { client_id } = await newClient()
  await worked(bodyOf({ client_id, mode: 'suspend' }))
  const body = [{ op: 'replace', path: '/metadata', value: { team: 'red' } }] as const
  await ory.patchOAuth2Client({ id: client_id, body })
  const at = await worked(bodyOf({ client_id, mode: 'suspend' }))

  expect(reasonsOf(at)).toEqual(['marker-missing'])
  expect((await ory.getOAuth2Client({ id: client_id })).metadata).toEqual({ team: 'red' })
})

test('brings back what a client was that is suspended again after it was half unfrozen', async () => {
  const { client_id, grant_types, response_types } = await newClient()
  const body = [{ op: 'replace', path: '/grant_types', value: grant_types }] as const
  await worked(bodyOf({ client_id, mode: 'suspend' }))
  await ory.patchOAuth2Client({ id: client_id, body: body as never })
  await worked(bodyOf({ client_id, mode: 'suspend' }))
  await worked(bodyOf({ client_id, mode: 'restore' }))

  expect(await ory.getOAuth2Client({ id: client_id })).toMatchObject({
    grant_types,
    response_types,
    metadata: { team: 'blue' },
  })
})

test('drains a client again whose deletion gave no answer, and retries', async () => {
  const { client_id } = await newClient()
  emulator.faults.add({ operation: 'deleteOAuth2Client', kind: 'reset-before', times: 1 })
  const { made, receipt } = await worked(bodyOf({ client_id, mode: 'delete' }))

  expect(made.map(({ op }) => op)).toEqual([
    'patchOAuth2Client',
    'deleteOAuth2Token',
    'deleteOAuth2Token',
    'deleteOAuth2Client',
  ])
  expect(receipt.attempts.map(({ outcome }) => outcome)).toEqual(['ERR_ORY_TRANSPORT', 'closed'])
})
