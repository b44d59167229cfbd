import { randomUUID } from 'node:crypto'
import { tiers } from '@lapse/core/budget'
import type { OAuth2Client } from '@lapse/core/ory'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, fromNow, offboardingStage, operationsOf, reasonsOf } from './offboarding-stage.ts'
import { type Fate, fatesAlone } from './stage.ts'
import type { Move } from './world.ts'

const at = await offboardingStage()
const { ory, secrets, newClient, offboardingWorld, worked, userTokens, isActive } = at

afterAll(at.stop)

type Registered = OAuth2Client & { client_secret: string }

/** A client whose credential is kept in a secret that is tagged as its own. */
async function kept(change: object = {}) {
  const client = await newClient(change)
  const { client_id, client_secret } = client
  const value = JSON.stringify({ client_id, client_secret })
  const secret = secrets.create(`secret-${randomUUID()}`, value, {
    tags: { 'lapse:client_id': client_id },
  })
  return { client, secret }
}

const resetOf = (client_id: string, secret?: string, time?: string) =>
  bodyOf({ client_id, mode: 'reset', ...(secret && { secret_ids: [secret] }) }, time)

/** A registration as GET shows it, but for what a reset cannot carry over. */
async function shown(id: string): Promise<object> {
  const { created_at: _c, updated_at: _u, ...client } = await ory.getOAuth2Client({ id })
  return client
}

async function current(secret: string): Promise<Registered> {
  return JSON.parse((await secrets.value(secret, { stage: 'AWSCURRENT' })) ?? '{}')
}

async function authenticates(client_id: string, client_secret: string): Promise<boolean> {
  return ory
    .revokeOAuth2Token({ token: 'none', basic: { client_id, client_secret } })
    .then(() => true)
    .catch(() => false)
}

test('ends every grant of a client that stays as it was, under a new secret', async () => {
  const { client, secret } = await kept({ metadata: { team: 'blue', deep: [1, { a: null }] } })
  const id = client.client_id
  const before = await shown(id)
  const { access_token, refresh_token } = await userTokens(client)
  const { receipt, queue } = await worked(resetOf(id, secret))

  expect(queue.deadLetters).toEqual([])
  expect(operationsOf(receipt)).toEqual([
    ['patchOAuth2Client', 'acknowledged'],
    ['deleteOAuth2Token', 'acknowledged'],
    ['secrets.put', 'acknowledged'],
    ['deleteOAuth2Client', 'observed'],
    ['createOAuth2Client', 'acknowledged'],
  ])
  expect(JSON.stringify(await shown(id))).toBe(JSON.stringify(before))
  expect([await isActive(access_token), await isActive(refresh_token)]).toEqual([false, false])
  const now = await current(secret)
  expect(now.client_secret).not.toBe(client.client_secret)
  expect(await authenticates(id, now.client_secret)).toBe(true)
  expect(await authenticates(id, client.client_secret)).toBe(false)
})

type World = ReturnType<typeof offboardingWorld>

/** Goes on until a call is about to be made, and has it end so. */
async function upTo(world: World, label: string, fate: Fate): Promise<void> {
  await world.play({ kind: 'deliver', pick: 0 })
  while (!world.gatesAhead().some((gate) => gate?.startsWith(label))) {
    if (world.gatesAhead().length === 0) throw new Error(`it never came to ${label}`)
    await world.play({ kind: 'step', pick: 0, fate: 'go-on' })
  }
  await world.play({ kind: 'step', pick: 0, fate })
}

/** A reset whose first attempt ended at a call. */
async function endedAt(label: string, fate: Fate, time = fromNow(30_000)) {
  const { client, secret } = await kept()
  const id = client.client_id
  const before = await shown(id)
  const world = offboardingWorld()
  await world.queue.send({ body: resetOf(id, secret, time), attributes: {} })
  await upTo(world, label, fate)
  return { client, id, secret, before, world }
}

async function sweepOnce(world: World): Promise<void> {
  world.clock.advance(120_000)
  await world.play({ kind: 'sweep' })
  while (world.gatesAhead().length > 0) await world.play({ kind: 'step', pick: 0, fate: 'go-on' })
}

async function isHandedOver(id: string, secret: string): Promise<boolean> {
  return authenticates(id, (await current(secret)).client_secret)
}

const fates: readonly Fate[] = ['die-before', ...fatesAlone]

/** What may come while a reset is under way, or was left by whoever died at it. */
type Intruder = 'nobody' | 'sweep' | 'another reset' | 'an older deletion'

const messages: Readonly<Partial<Record<Intruder, (id: string, secret: string) => string>>> = {
  'another reset': (id, secret) => resetOf(id, secret),
  'an older deletion': (id) => bodyOf({ client_id: id, mode: 'delete' }, fromNow(1000)),
}

/** Whoever comes goes on until he is done, or put off. */
async function comeIn(world: World, intruder: Intruder, id: string, secret: string): Promise<void> {
  const others = world.gatesAhead().length
  const body = messages[intruder]?.(id, secret)
  if (intruder === 'sweep') await world.play({ kind: 'sweep' })
  if (body !== undefined) {
    await world.queue.send({ body, attributes: {} })
    const pick = world.queue.visible().findIndex((message) => message.body === body)
    await world.play({ kind: 'deliver', pick })
  }
  while (world.gatesAhead().length > others)
    await world.play({ kind: 'step', pick: others, fate: 'go-on' })
}

/** Plays a reset up to one of its calls, which ends so or is held while somebody comes in between. */
async function interrupted(call: number, fate: Fate | 'held', intruder: Intruder) {
  const { client, secret } = await kept()
  const id = client.client_id
  const before = await shown(id)
  const world = offboardingWorld(tiers.developer)
  await world.queue.send({ body: resetOf(id, secret), attributes: {} })
  await world.play({ kind: 'deliver', pick: 0 })
  for (let made = 0; made < call && world.gatesAhead().length > 0; made += 1)
    await world.play({ kind: 'step', pick: 0, fate: 'go-on' })
  const [label] = world.gatesAhead()
  if (label !== undefined && fate !== 'held') await world.play({ kind: 'step', pick: 0, fate })
  // A deletion that comes before the reset has begun deletes the client.
  const isBegun = world.newest.rows.length > 0
  const comes = intruder === 'an older deletion' && !isBegun ? 'another reset' : intruder
  await comeIn(world, comes, id, secret)
  await world.settle()
  await sweepOnce(world)

  return {
    label,
    results: world.ledger.rows.map(({ receipt }) => receipt?.result),
    state: {
      deadLetters: reasonsOf(world),
      client: await shown(id),
      handedOver: await isHandedOver(id, secret),
      oldWorks: await authenticates(id, client.client_secret),
      open: world.resets.rows.filter(({ closedAt }) => closedAt === undefined),
      watches: await Array.fromAsync(world.followUps.open('reset-client')),
    },
    wanted: {
      deadLetters: [],
      client: before,
      handedOver: true,
      oldWorks: false,
      open: [],
      watches: [],
    },
  }
}

/** Whatever a reset waits for: Ory, Secrets Manager, and every table. */
const awaited = [
  'budget: read',
  'budget: write',
  'createOAuth2Client by ',
  'deleteOAuth2Client by id',
  'deleteOAuth2Token by client_id',
  'follow-ups: end',
  'follow-ups: schedule',
  'getOAuth2Client by id',
  'lease: read',
  'lease: write',
  'newest event: read',
  'newest event: write',
  'patchOAuth2Client by id',
  'pending receipts: mark',
  'read the row',
  'reset: read',
  'reset: write',
  'revokeOAuth2Token by ',
  'rotation: read',
  'secrets: describe',
  'secrets: moveStage',
  'secrets: put',
  'secrets: value',
  'write the row',
]

test('a death, a failure or a lost answer at any single call of a reset ends in the same state', async () => {
  const points: string[] = []
  for (const fate of fatesAlone) {
    for (let call = 0, over = false; !over; call += 1) {
      const { label, results, state, wanted } = await interrupted(call, fate, 'nobody')
      over = label === undefined
      expect([fate, call, label, results, state]).toEqual([fate, call, label, ['done'], wanted])
      if (label !== undefined) points.push(label)
    }
  }
  console.log(`app-offboarded, reset: ${points.length} points of failure explored`)
  expect([...new Set(points)].sort()).toEqual(awaited)
  expect(points.length).toBeGreaterThanOrEqual(3 * 49)
})

test('so it does where a sweep, another reset or an older deletion comes in between, wherever that is', async () => {
  const others = ['sweep', 'another reset', 'an older deletion'] as const
  const met = new Map<string, number>()
  for (const [place, fate] of (['held', 'die-before', 'die-after'] as const).entries()) {
    for (let call = 0, over = false; !over; call += 1) {
      // Each at every third call, and every call with each of them: by fate another one.
      const intruder = others[(call + place) % others.length] ?? 'sweep'
      const { label, results, state, wanted } = await interrupted(call, fate, intruder)
      over = label === undefined
      const at = [fate, call, label, intruder]
      expect([...at, state]).toEqual([...at, wanted])
      expect([...at, results.includes('done'), results.includes(undefined)]).toEqual([
        ...at,
        true,
        false,
      ])
      met.set(intruder, (met.get(intruder) ?? 0) + 1)
    }
  }
  expect(Math.min(...met.values())).toBeGreaterThanOrEqual(49)
})

test('keeps the registration for ever, without a secret, until the client is there again', async () => {
  const { client, secret, world } = await endedAt('deleteOAuth2Client', 'die-after')

  expect(world.resets.rows).toMatchObject([{ client: { metadata: { team: 'blue' } } }])
  expect(world.resets.expiries).toEqual([undefined])
  const staged = await secrets.value(secret, { stage: 'AWSPENDING' })
  const { client_secret } = JSON.parse(staged ?? '{}')
  await world.settle()
  const written = JSON.stringify([world.resets.rows, world.ledger.rows, world.log.lines])
  for (const value of [client.client_secret, client_secret]) expect(written).not.toContain(value)
  expect(world.resets.expiries).not.toContain(undefined)
})

test('is made again by a sweep where nobody goes on, and told of; the event then hands it over', async () => {
  const { id, secret, world, before } = await endedAt('deleteOAuth2Client', 'die-after')
  at.swept.length = 0
  await sweepOnce(world)

  expect(at.swept).toEqual([{ client_id: id, state: 'recreated' }])
  expect(await shown(id)).toEqual(before)
  await sweepOnce(world)
  expect(at.swept.slice(1)).toEqual([])
  world.clock.advance(900_000)
  await sweepOnce(world)
  expect(at.swept.slice(1)).toEqual([{ client_id: id, state: 'unfinished' }])

  await world.settle()
  expect(world.queue.deadLetters).toEqual([])
  expect(await isHandedOver(id, secret)).toBe(true)
})

test.each([
  ['another client', { client_name: 'somebody else’s' }],
  ['the same client with another secret', {}],
])('leaves %s alone that somebody made in its place', async (_name, change) => {
  const { client, id, secret, world } = await endedAt('deleteOAuth2Client', 'die-after')
  const [reset] = world.resets.rows
  // Ory tells when a client was made by the second.
  at.emulator.clock.advance(2000)
  const body = { ...reset?.client, ...change, client_secret: 'somebody else’s' }
  await ory.createOAuth2Client({ body })
  const made = await ory.getOAuth2Client({ id })
  await world.settle()

  expect(reasonsOf(world)).toEqual(['recreated-otherwise'])
  expect(await ory.getOAuth2Client({ id })).toEqual(made)
  expect((await current(secret)).client_secret).toBe(client.client_secret)
  expect(world.resets.rows.map(({ closedAt }) => closedAt)).toEqual([undefined])
})

test('tells another client from its own that authenticates by no secret', async () => {
  const { client_id: id } = await newClient({ token_endpoint_auth_method: 'none' })
  const world = offboardingWorld()
  await world.queue.send({ body: resetOf(id, undefined, fromNow(30_000)), attributes: {} })
  await upTo(world, 'createOAuth2Client', 'die-before')
  await ory.createOAuth2Client({
    body: { client_id: id, token_endpoint_auth_method: 'none', client_name: 'another' },
  })
  await world.settle()

  expect(reasonsOf(world)).toEqual(['recreated-otherwise'])
  expect((await ory.getOAuth2Client({ id })).client_name).toBe('another')
})

test('takes a client that somebody made in its place as it is, once another reset is asked for', async () => {
  const { id, secret, world } = await endedAt('createOAuth2Client', 'die-before')
  const body = { client_id: id, client_secret: 'somebody else’s', client_name: 'another' }
  await ory.createOAuth2Client({ body })
  await world.settle()
  expect(reasonsOf(world)).toEqual(['recreated-otherwise'])

  const before = await shown(id)
  await world.queue.send({ body: resetOf(id, secret), attributes: {} })
  await world.settle()
  expect(reasonsOf(world)).toHaveLength(1)
  expect(await shown(id)).toEqual(before)
  expect(await isHandedOver(id, secret)).toBe(true)
  await sweepOnce(world)
  expect(await Array.fromAsync(world.followUps.open('reset-client'))).toEqual([])
})

test('makes no client again that a later event has deleted', async () => {
  const { id, world } = await endedAt('deleteOAuth2Client', 'die-after')
  const left = world.queue.take(String(world.queue.visible()[0]?.messageId))
  world.clock.advance(120_000)
  await world.queue.send({ body: bodyOf({ client_id: id, mode: 'delete' }), attributes: {} })
  await world.settle()
  await sweepOnce(world)
  world.queue.putBack(left)
  await world.settle()

  await expect(ory.getOAuth2Client({ id })).rejects.toMatchObject({ rowMissing: true })
  expect(world.ledger.rows.map(({ receipt }) => receipt?.result).sort()).toEqual([
    'done',
    'superseded',
  ])
  expect(await Array.fromAsync(world.followUps.open('reset-client'))).toEqual([])
})

test('is handed over by a later suspension, where it was made again and no more', async () => {
  const { id, secret, world } = await endedAt('createOAuth2Client', 'die-after')
  await world.queue.send({ body: bodyOf({ client_id: id, mode: 'suspend' }), attributes: {} })
  const [, suspension] = world.queue.visible()
  world.clock.advance(120_000)
  await world.play({ kind: 'deliver', pick: 1 })
  expect(suspension?.body).toContain('suspend')
  await world.settle()

  expect(world.queue.deadLetters).toEqual([])
  expect(await isHandedOver(id, secret)).toBe(true)
  expect((await ory.getOAuth2Client({ id })).grant_types).toEqual(['lapse:suspended'])
})

test('leaves a suspended client suspended, and nothing for a restore to wake', async () => {
  const { client, secret } = await kept()
  const id = client.client_id
  const before = await shown(id)
  const { refresh_token } = await userTokens(client)
  const done = await worked(
    bodyOf({ client_id: id, mode: 'suspend' }),
    resetOf(id, secret),
    bodyOf({ client_id: id, mode: 'restore' }),
  )

  expect(done.queue.deadLetters).toEqual([])
  const suspended = done.receipts[1]
  expect(suspended).toMatchObject({
    before: { suspended_clients: 1 },
    after: { suspended_clients: 1 },
  })
  expect(await shown(id)).toEqual(before)
  expect(await isActive(refresh_token)).toBe(false)
})

test('ends the overlap of a rotation, whose old secret is gone with the client', async () => {
  const { client, secret } = await kept()
  const world = offboardingWorld()
  const rotation = {
    secretArn: secret,
    clientId: client.client_id,
    versionId: 'v2',
    strategy: 'native',
    authMethod: 'client_secret_basic',
    algorithm: '',
    phase: 'overlap',
    startedAt: 0,
    overlapMs: 1000,
    pushes: 1,
    kids: [],
    previousVersionId: 'v1',
  } as const
  const key = { workflow: 'rotate-client-secret', event: secret, pass: 'rotation' }
  await world.rotations.write(key, rotation, 0, undefined)
  const due = { kind: 'retire-secret', dueAt: Date.parse('2036-01-01T00:00:00Z') }
  const mine = { ...due, id: 'mine', data: { secret_arn: secret } }
  const other = { ...due, id: 'other', data: { secret_arn: 'another' } }
  for (const followUp of [mine, other]) await world.followUps.schedule(followUp)
  await world.queue.send({ body: resetOf(client.client_id, secret), attributes: {} })
  await world.settle()

  expect(world.rotations.rows).toMatchObject([{ phase: 'closed' }])
  expect(await Array.fromAsync(world.followUps.open('retire-secret'))).toEqual([other])
})

test('resets a client twice, each time under a new secret', async () => {
  const { client, secret } = await kept()
  const id = client.client_id
  const before = await shown(id)
  const first = await worked(resetOf(id, secret), resetOf(id, secret))

  expect(first.receipts.map(({ result }) => result)).toEqual(['done', 'done'])
  const previous = await secrets.value(secret, { stage: 'AWSPREVIOUS' })
  expect(JSON.parse(previous ?? '{}').client_secret).not.toBe(client.client_secret)
  expect(await shown(id)).toEqual(before)
  expect(await isHandedOver(id, secret)).toBe(true)
})

test('ends what was granted between one reset, which stopped, and the next one', async () => {
  const { client, id, secret, world, before } = await endedAt('createOAuth2Client', 'die-after')
  const made = JSON.parse((await secrets.value(secret, { stage: 'AWSPENDING' })) ?? '{}')
  const { refresh_token } = await userTokens({ ...client, client_secret: made.client_secret })
  await world.queue.send({ body: resetOf(id, secret), attributes: {} })
  world.clock.advance(120_000)
  await world.play({ kind: 'deliver', pick: 1 })
  await world.settle()

  expect(await isActive(refresh_token)).toBe(false)
  expect(await shown(id)).toEqual(before)
  expect(await isHandedOver(id, secret)).toBe(true)
  expect(world.ledger.rows.map(({ receipt }) => receipt?.result).sort()).toEqual([
    'done',
    'superseded',
  ])
  await sweepOnce(world)
  expect(await Array.fromAsync(world.followUps.open('reset-client'))).toEqual([])
})

test.each([
  ['public', { token_endpoint_auth_method: 'none' }, ['JWT access tokens', 'trusted JWT issuers']],
  [
    'with keys at its jwks_uri',
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' },
    [
      'JWT access tokens',
      'trusted JWT issuers',
      'keys that the client is registered with, or has at its jwks_uri',
    ],
  ],
])('needs no secret for a client that is %s', async (_name, change, survivors) => {
  const { client_id } = await newClient(change)
  const before = await shown(client_id)
  const { receipt } = await worked(resetOf(client_id))

  expect(receipt.may_still_work.map(({ what }) => what)).toEqual(survivors)
  expect(receipt.steps.map(({ op }) => op)).not.toContain('secrets.put')
  expect(await shown(client_id)).toEqual(before)
})

const strange = (change: object, value?: object) => async () => {
  const { client, secret } = await kept(change)
  const { client_id } = client
  if (value !== undefined)
    await secrets.put(secret, randomUUID(), JSON.stringify(value), 'AWSCURRENT')
  return resetOf(client_id, secret)
}

test.each<[string, string, () => Promise<string>]>([
  [
    'whose secret is nowhere',
    'secret-not-kept',
    async () => resetOf((await newClient()).client_id),
  ],
  [
    'whose secret is tagged as another’s',
    'secret-not-kept',
    async () => resetOf((await newClient()).client_id, (await kept()).secret),
  ],
  [
    'whose secret holds another’s value',
    'secret-of-another-client',
    strange({}, { client_id: 'other', client_secret: 'x' }),
  ],
  ['of a protected owner', 'protected-owner', strange({ owner: 'platform' })],
  ['that is not there', 'no-such-client', async () => resetOf(`gone-${randomUUID()}`)],
  [
    'with a number that was rounded',
    'registration-not-exact',
    strange({ metadata: { n: 1.2345678901234567 } }),
  ],
  [
    'with a secret in its metadata',
    'registration-holds-secret',
    strange({ metadata: { client_secret: 'Zx81-very-secret-value' } }),
  ],
  [
    'that is too large',
    'registration-too-large',
    strange({ metadata: { text: 'x'.repeat(300_000) } }),
  ],
])('refuses to reset a client %s, and touches nothing', async (_name, reason, bodyOfReset) => {
  const body = await bodyOfReset()
  const versions = async () => JSON.stringify(await Array.fromAsync(secrets.list()))
  const before = await versions()
  const done = await worked(body)

  expect(reasonsOf(done)).toEqual([reason])
  expect(done.made).toEqual([])
  expect(done.resets.rows).toEqual([])
  expect(await versions()).toBe(before)
})

test.each([
  [{ mode: 'reset', owner: 'o' }, 'malformed-event: a reset is of one client'],
  [
    { mode: 'reset', client_id: 'c', issuers: ['https://i.example'] },
    'malformed-event: data.issuers',
  ],
])('takes no event %j', async (data, reason) => {
  expect(reasonsOf(await worked(bodyOf(data)))).toEqual([expect.stringContaining(reason)])
})

test('puts off nothing for a suspension of a client that a reset left deleted: it is refused by name', async () => {
  const { id, world } = await endedAt('deleteOAuth2Client', 'die-after')
  const left = world.queue.take(String(world.queue.visible()[0]?.messageId))
  world.clock.advance(120_000)
  await world.queue.send({ body: bodyOf({ client_id: id, mode: 'suspend' }), attributes: {} })
  await world.settle()
  expect(reasonsOf(world)).toEqual(['reset-unfinished'])

  world.queue.putBack(left)
  await world.settle()
  expect(world.ledger.rows.flatMap(({ receipt }) => receipt?.result ?? [])).toEqual(['done'])
})

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick: fc.nat(3) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      pick: fc.nat(3),
      fate: fc.constantFrom<Fate>('go-on', 'go-on', 'go-on', 'go-on', ...fates),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass-time' as const), seconds: fc.nat(400) }),
  },
)

test('ends as it should, whatever is delivered, swept and interrupted in whatever order', async () => {
  const runs = { sweeps: 0, resets: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<readonly string[]>(
        ['reset'],
        ['reset', 'reset'],
        ['reset', 'suspend'],
        ['reset', 'delete'],
      ),
      fc.array(move, { minLength: 20, maxLength: 120 }),
      async (modes, moves) => {
        const { client, secret } = await kept()
        const id = client.client_id
        const before = await shown(id)
        const world = offboardingWorld()
        for (const mode of modes)
          await world.queue.send({
            body: mode === 'reset' ? resetOf(id, secret) : bodyOf({ client_id: id, mode }),
            attributes: {},
          })
        for (const one of moves) {
          if (one.kind === 'sweep') runs.sweeps += 1
          if (one.kind !== 'deliver' || world.queue.visible().length > 0) await world.play(one)
        }
        await world.settle()
        await sweepOnce(world)

        const reasons = reasonsOf(world)
        const open = world.resets.rows.filter(({ closedAt }) => closedAt === undefined)
        expect({
          reasons: reasons.filter((reason) => reason !== 'reset-unfinished'),
          open,
        }).toEqual({
          reasons: [],
          open: [],
        })
        if (modes.includes('delete')) {
          await expect(ory.getOAuth2Client({ id })).rejects.toMatchObject({ rowMissing: true })
          return
        }
        expect(await isHandedOver(id, secret)).toBe(true)
        // A suspension that came first has superseded the reset.
        const isReset = world.resets.rows.some(({ goneAt }) => goneAt !== undefined)
        runs.resets += isReset ? 1 : 0
        expect(isReset || modes.includes('suspend')).toBe(true)
        expect(await authenticates(id, client.client_secret)).toBe(!isReset)
        const isSuspended = modes.includes('suspend') && reasons.length === 0
        if (!isSuspended) expect(await shown(id)).toEqual(before)
        else expect(await shown(id)).toMatchObject({ grant_types: ['lapse:suspended'] })
      },
    ),
    { numRuns: 30 },
  )
  expect(Math.min(runs.sweeps, runs.resets)).toBeGreaterThan(0)
})

// The last ones: the clock of this file's server runs ahead of the events from here on.
test('goes by the captured time of creation, once the client is newer than the event', async () => {
  const { id, secret, world, before } = await endedAt('deleteOAuth2Client', 'die-after')
  // From here on Ory's clock says a time after the event's.
  at.emulator.clock.advance(60_000)
  world.clock.advance(120_000)
  await upTo(world, 'createOAuth2Client', 'die-after')
  expect(Date.parse(String((await ory.getOAuth2Client({ id })).created_at))).toBeGreaterThan(
    Date.parse(String(world.resets.rows[0]?.event.time)) + 1000,
  )
  await world.settle()

  expect(world.queue.deadLetters).toEqual([])
  expect(await shown(id)).toEqual(before)
  expect(await isHandedOver(id, secret)).toBe(true)

  const older = bodyOf({ client_id: id, mode: 'delete' }, fromNow(20_000))
  await world.queue.send({ body: older, attributes: {} })
  await world.settle()
  expect(world.ledger.rows.map(({ receipt }) => receipt?.result)).toEqual(['done', 'superseded'])
  expect(await shown(id)).toEqual(before)
})

test('leaves a client that somebody made in its place alone, whatever older events ask for', async () => {
  const { id, world } = await endedAt('deleteOAuth2Client', 'die-after', fromNow(120_000))
  at.emulator.clock.advance(120_000)
  await ory.createOAuth2Client({ body: { client_id: id, client_name: 'another' } })
  const made = await ory.getOAuth2Client({ id })
  world.clock.advance(120_000)
  const older = bodyOf({ client_id: id, mode: 'delete' }, fromNow(130_000))
  await world.queue.send({ body: older, attributes: {} })
  await world.settle()

  expect(reasonsOf(world).sort()).toEqual(['newer-than-event', 'recreated-otherwise'])
  expect(await ory.getOAuth2Client({ id })).toEqual(made)
})

test('a later deletion deletes what was made again, wherever it is interrupted and begun anew', async () => {
  for (let call = 0, over = false; !over; call += 1) {
    at.emulator.clock.set(Date.now())
    const { id, world } = await endedAt('deleteOAuth2Client', 'die-after', fromNow(30_000))
    // Made again later than the deletion was asked for.
    at.emulator.clock.advance(60_000)
    world.clock.advance(120_000)
    await upTo(world, 'createOAuth2Client', 'die-after')
    const body = bodyOf({ client_id: id, mode: 'delete' }, fromNow(30_500))
    await world.queue.send({ body, attributes: {} })
    world.clock.advance(120_000)
    await world.play({ kind: 'deliver', pick: 1 })
    over = !(await world.settleAfter(call, 'die-after'))

    expect([call, reasonsOf(world)]).toEqual([call, []])
    await expect(ory.getOAuth2Client({ id })).rejects.toMatchObject({ rowMissing: true })
  }
})
