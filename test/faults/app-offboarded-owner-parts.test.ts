import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import {
  bodyOf,
  fromNow,
  offboardingStage,
  operationsOf,
  partsMessage,
  reasonsOf,
} from './offboarding-stage.ts'

const {
  emulator,
  ory,
  secrets,
  newClient,
  newSecret,
  trust,
  offboardingWorld,
  worked,
  workedMessages,
  stop,
} = await offboardingStage()

afterAll(stop)

const newOwner = () => `owner-${randomUUID()}`
const newIssuer = () => `https://${randomUUID()}.example`

const trustedOf = async (issuer: string) =>
  (await ory.listTrustedOAuth2JwtGrantIssuers({ issuer })).items.length

const isDeleted = async (secret: string) =>
  (await secrets.describe(secret))?.deletedAt !== undefined

test('ends what an owner without clients has', async () => {
  const [owner, issuer] = [newOwner(), newIssuer()]
  await trust(issuer)
  const { receipts } = await worked(bodyOf({ owner, mode: 'delete', issuers: [issuer] }))

  expect(await trustedOf(issuer)).toBe(0)
  expect(receipts.map(({ notes }) => notes)).toEqual([
    ['no client is left', 'issuers and secrets have a receipt of their own'],
    [],
  ])
  expect(receipts[1] && operationsOf(receipts[1])).toEqual([
    ['deleteTrustedOAuth2JwtGrantIssuer', 'observed'],
  ])
})

test('ends issuers and secrets of an owner once, whatever its clients', async () => {
  const [owner, issuer] = [newOwner(), newIssuer()]
  const clients = [await newClient({ owner }), await newClient({ owner })]
  const own = clients.map(({ client_id }) => newSecret(client_id))
  await trust(issuer)
  const data = { owner, mode: 'delete', issuers: [issuer], secret_ids: own }
  const at = await worked(bodyOf(data))

  expect(reasonsOf(at)).toEqual([])
  expect([await trustedOf(issuer), await Promise.all(own.map(isDeleted))]).toEqual([
    0,
    [true, true],
  ])
  expect(at.made.filter(({ op }) => op.includes('Issuer'))).toHaveLength(1)
  expect(at.receipts).toHaveLength(4)
})

test('asks a person about a secret of no client, once everything else is done', async () => {
  const [owner, issuer] = [newOwner(), newIssuer()]
  const { client_id } = await newClient({ owner })
  const somebody = await newClient({ owner: `${owner}-2` })
  await trust(issuer)
  const own = newSecret(client_id)
  const foreign = [
    newSecret(somebody.client_id),
    newSecret('never-was'),
    secrets.create(`secret-${randomUUID()}`, '{}'),
  ]
  const data = { owner, mode: 'delete', issuers: [issuer], secret_ids: [...foreign, own] }
  const at = await worked(bodyOf(data))

  expect(reasonsOf(at)).toEqual(['secret-of-no-client'])
  expect([await trustedOf(issuer), await isDeleted(own)]).toEqual([0, true])
  expect(await Promise.all(foreign.map(isDeleted))).toEqual([false, false, false])
  expect(at.ledger.rows.filter(({ receipt }) => receipt === undefined)).toHaveLength(1)

  for (const secret of foreign) await secrets.delete(secret, 30)
  for (const dead of at.queue.deadLetters) await at.queue.send(dead)
  await at.settle()
  expect(at.ledger.rows.every(({ receipt }) => receipt?.result === 'done')).toBe(true)
})

test('deletes no secret of a client that is newer than the event, or about which a newer one is', async () => {
  const owner = newOwner()
  const [restored, made] = [await newClient({ owner }), await newClient({ owner })]
  const kept = [restored, made].map(({ client_id }) => newSecret(client_id))
  const restore = bodyOf({ client_id: restored.client_id, mode: 'restore' }, fromNow(120_000))
  const partsOf = (secret: string | undefined, milliseconds: number) =>
    partsMessage({ owner, ...{ secret_ids: [secret] } }, fromNow(milliseconds))
  const both = await workedMessages([
    { body: restore, attributes: {} },
    partsOf(kept[0], 60_000),
    partsOf(kept[1], -60_000),
  ])

  expect(reasonsOf(both)).toEqual([])
  expect(await Promise.all(kept.map(isDeleted))).toEqual([false, false])
  expect(both.receipts.slice(1).map(({ after }) => after['secrets_left_alone'])).toEqual([1, 1])
  expect(both.receipt.notes).toEqual([
    'secrets of clients that are newer than the event, and were left alone: 1',
  ])
})

test.each([
  ['a protected issuer', 'protected-issuer', { issuers: ['https://protected.example'] }, {}],
  ['a protected owner', 'protected-owner', { issuers: [newIssuer()] }, { owner: 'platform' }],
  [
    'a secret of a protected client',
    'protected-client',
    { secret_ids: [newSecret('console')] },
    {},
  ],
])('refuses %s by whatever message, and touches nothing', async (_what, reason, named, change) => {
  const { owner } = { owner: newOwner(), ...change }
  const parts = await workedMessages([partsMessage({ owner, ...named })])
  const whole = await worked(bodyOf({ owner, mode: 'delete', ...named }))

  expect([reasonsOf(parts), parts.made]).toEqual([[reason], []])
  expect([reasonsOf(whole), whole.made]).toEqual([[reason], []])
})

test('knows the secret of a client that its own message has deleted before', async () => {
  const owner = newOwner()
  const { client_id } = await newClient({ owner })
  const secret = newSecret(client_id)
  const at = offboardingWorld()
  const whole = bodyOf({ owner, mode: 'delete', secret_ids: [secret] })
  await at.queue.send({ body: whole, attributes: {} })
  const parts = (body: string) => 'secret_ids' in JSON.parse(body).data && body !== whole
  while (at.queue.visible().some(({ body }) => !parts(body)) || at.gatesAhead().length > 0)
    await at.play(
      at.gatesAhead().length > 0
        ? { kind: 'step', pick: 0, fate: 'go-on' }
        : {
            kind: 'deliver',
            pick: at.queue.visible().findIndex(({ body }) => !parts(body)),
          },
    )
  await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
  await at.settle()

  expect(await isDeleted(secret)).toBe(true)
})

test.each([{ after_client_id: 'zzzz' }, { parts_of_owner: 'acme' }, { of_owner: 'acme' }])(
  'offboards every client of an owner whose event says %j',
  async (said) => {
    const owner = newOwner()
    const { client_id } = await newClient({ owner })
    const { receipts } = await worked(bodyOf({ owner, mode: 'delete', ...said }))

    expect(receipts.map(({ client_id: id, result }) => [id, result])).toEqual([
      [undefined, 'done'],
      [client_id, 'done'],
    ])
    await expect(ory.getOAuth2Client({ id: client_id })).rejects.toMatchObject({ rowMissing: true })
  },
)

test('offboards an owner whose event is as long as an id can be, and holds what SQS refuses', async () => {
  const owner = newOwner()
  const { client_id } = await newClient({ owner })
  const event = JSON.parse(bodyOf({ owner, mode: 'delete', note: '\uffff'.repeat(50_000) }))
  const at = await worked(JSON.stringify({ ...event, id: '\uffff'.repeat(1000) }))

  expect(reasonsOf(at)).toEqual([])
  expect(at.receipts.map(({ client_id: id }) => id)).toEqual([undefined, client_id])
})

// The last: the clock of this file's server runs ahead of the events from here on.
test('deletes the secret of a client that a reset made again since: it is as old as it was', async () => {
  const owner = newOwner()
  const { client_id, client_secret } = await newClient({ owner })
  const kept = newSecret(client_id)
  const value = JSON.stringify({ client_id, client_secret })
  await secrets.put(kept, randomUUID(), value, 'AWSCURRENT')
  emulator.clock.advance(60_000)
  const reset = { client_id, mode: 'reset', secret_ids: [kept] }
  const both = await workedMessages([
    { body: bodyOf(reset, fromNow(10_000)), attributes: {} },
    partsMessage({ owner, ...{ secret_ids: [kept] } }, fromNow(20_000)),
  ])

  expect(reasonsOf(both)).toEqual([])
  expect(await isDeleted(kept)).toBe(true)
})
