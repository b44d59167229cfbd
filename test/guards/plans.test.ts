import { RefusedError } from '@lapse/core/errors'
import { createOry, type Ory } from '@lapse/core/ory'
import { suspendedType } from '@lapse/core/protection'
import type { Verdict } from '@lapse/core/run'
import { unprotected } from '@lapse/core/testing'
import { freeze } from '@lapse/core/workflows'
import { authorizeInBrowser, type OryEmulator, startOryEmulator } from '@lapse/ory-emulator'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  keyNamed,
  messageOf,
  type PlannedWorld,
  plannedWorld,
  type Written,
} from './planned-world.ts'

const hour = 3_600_000
const day = 24 * hour
const noon = Date.parse('2026-01-02T12:00:00Z')
const state: { emulator?: OryEmulator; ory?: Ory } = {}
const ory = () => state.ory as Ory

beforeAll(async () => {
  state.emulator = await startOryEmulator({ now: () => noon })
  const { adminUrl, publicUrl } = state.emulator
  state.ory = createOry({ adminUrl, publicUrl, retry: { maxAttempts: 1 } })
})
afterAll(async () => {
  await state.ory?.[Symbol.asyncDispose]()
  await state.emulator?.stop()
})

/** When an event happened, seen from the worker's clock, which is two hours after Ory's. */
const away = fc.constantFrom(-61 * day, -3 * hour, -hour, 0, 60_000, 10 * 60_000)
const mode = fc.constantFrom('delete', 'suspend', 'restore')

const someApp = fc.record({
  type: fc.constant('app.offboarded' as const),
  client: fc.constantFrom('none', 'usual', 'suspended', 'unmarked', 'unfrozen', 'odd metadata'),
  mode,
  away,
  ofOwner: fc.boolean(),
  issuers: fc.boolean(),
  secrets: fc.subarray(['own', 'foreign', 'gone', 'no id!']),
  before: fc.option(fc.record({ mode, away: fc.constantFrom(-hour, 0, 60_000) }), {
    nil: undefined,
  }),
})

const someKey = fc.record({
  type: fc.constant('key.rotated' as const),
  trusted: fc.subarray(['k1', 'k2', 'another key as k2', 'sibling on k1']),
  away,
  expired: fc.boolean(),
  retire: fc.constantFrom(undefined, { others: true }, { kids: ['k1'] }, { kids: ['k9'] }),
  siblings: fc.constantFrom('refuse', 'follow'),
  before: fc.option(
    fc.constantFrom('the same key', 'a later key', 'the issuer removed', 'its kid, another key'),
    { nil: undefined },
  ),
})

const someUser = fc.record({
  type: fc.constant('user.deleted' as const),
  away,
  signedIn: fc.boolean(),
  several: fc.boolean(),
})

type FromArbitrary<A> = A extends fc.Arbitrary<infer Value> ? Value : never
type App = FromArbitrary<typeof someApp>
type Key = FromArbitrary<typeof someKey>
type User = FromArbitrary<typeof someUser>
type Case = App | Key | User

/** Makes what a case speaks of, and gives the event. */
async function prepared(world: PlannedWorld, about: Case): Promise<string> {
  if (about.type === 'app.offboarded') return preparedApp(world, about)
  if (about.type === 'key.rotated') return preparedKey(world, about)
  const { subject } = world.names
  if (about.signedIn) await signIn(subject)
  const whom = about.several ? [subject, `${subject}-2`] : subject
  return messageOf(about.type, { subject: whom }, world, about.away)
}

async function preparedApp(world: PlannedWorld, about: App) {
  const { names, secrets, clock } = world
  if (about.client !== 'none') await makeClient(world, about.client)
  await trust(world, 'k1')
  const tagged = (name: string, id: string) =>
    secrets.create(`${names.clientId}-${name}`, '{}', { tags: { 'lapse:client_id': id } })
  tagged('own', names.clientId)
  tagged('foreign', 'somebody-else')
  const data = {
    ...(about.ofOwner ? { owner: names.owner } : { client_id: names.clientId }),
    mode: about.mode,
    ...(about.mode === 'delete' && {
      issuers: about.issuers ? [names.issuer] : [],
      secret_ids: about.secrets.map((name) =>
        name === 'no id!' ? 'no id' : `${names.clientId}-${name}`,
      ),
    }),
  }
  const event = messageOf(about.type, data, world, about.away)
  if (about.before !== undefined) {
    const earlier = { client_id: names.clientId, mode: about.before.mode }
    await settle(world, messageOf(about.type, earlier, world, about.before.away))
    clock.advance(hour / 60)
  }
  return event
}

async function makeClient({ names }: PlannedWorld, client: string): Promise<void> {
  const { clientId: id, owner } = names
  const held = [suspendedType]
  const metadata = client === 'odd metadata' ? { metadata: 'a text' } : {}
  const made = await ory().createOAuth2Client({
    body: { client_id: id, owner, grant_types: ['client_credentials'], ...metadata } as never,
  })
  if (client === 'suspended' || client === 'unfrozen')
    await ory().patchOAuth2Client({ id, body: freeze(made) })
  if (client === 'unfrozen')
    await ory().patchOAuth2Client({
      id,
      body: [{ op: 'replace', path: '/grant_types', value: ['implicit'] }],
    })
  if (client === 'unmarked')
    await ory().patchOAuth2Client({
      id,
      body: [
        { op: 'replace', path: '/grant_types', value: held },
        { op: 'replace', path: '/response_types', value: held },
      ],
    })
}

async function preparedKey(world: PlannedWorld, about: Key) {
  const { names } = world
  const { issuer } = names
  const has = (what: Key['trusted'][number]) => about.trusted.includes(what)
  if (has('k1')) await trust(world, 'k1')
  if (has('sibling on k1')) await trust(world, 'k1', 'sibling')
  const rotated = (name: string, kid: string, more: object = {}) => ({
    issuer,
    subject: 'robot',
    scope: ['read'],
    jwk: keyNamed(`${issuer} ${name}`, kid),
    expires_at: '2036-01-01T00:00:00Z',
    siblings: about.siblings,
    ...more,
  })
  if (has('another key as k2')) await trust(world, 'k2', 'robot', 'another')
  else if (has('k2')) await trust(world, 'k2', 'robot', 'k2')
  const data = {
    ...rotated('k2', 'k2'),
    ...(about.retire && { retire: { ...about.retire, after: 'PT1H' } }),
    // Later than the event, and earlier than the worker's clock.
    ...(about.expired && about.away < -2 * hour && { expires_at: '2026-01-02T12:30:00Z' }),
  }
  const event = messageOf(about.type, data, world, about.away)
  const earlier = {
    'the same key': () => messageOf(about.type, rotated('k2', 'k2'), world, -hour),
    'a later key': () =>
      messageOf(
        about.type,
        rotated('k3', 'k3', { retire: { others: true, after: 'PT1H' } }),
        world,
        30_000,
      ),
    'the issuer removed': () =>
      messageOf(
        'app.offboarded',
        { client_id: names.clientId, mode: 'delete', issuers: [issuer] },
        world,
      ),
    'its kid, another key': () => messageOf(about.type, rotated('another', 'k2'), world, -hour),
  }
  if (about.before !== undefined) await settle(world, earlier[about.before]())
  return event
}

async function trust({ names }: PlannedWorld, kid: string, subject = 'robot', name = kid) {
  const { issuer } = names
  const jwk = keyNamed(`${issuer} ${name}`, kid)
  const expires_at = '2036-01-01T00:00:00Z'
  await ory().trustOAuth2JwtGrantIssuer({
    body: { issuer, subject, scope: ['read'], jwk, expires_at },
  })
}

async function signIn(subject: string): Promise<void> {
  const client = {
    client_id: `for-${subject}`,
    client_secret: 'a secret of its own',
    redirect_uri: 'http://127.0.0.1/callback',
  }
  await ory().createOAuth2Client({
    body: {
      client_id: client.client_id,
      client_secret: client.client_secret,
      redirect_uris: [client.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline',
    },
  })
  await authorizeInBrowser({ ...(state.emulator as OryEmulator), client, subject })
}

/** A delivery of something that came before, however it ended. */
async function settle(world: PlannedWorld, message: string): Promise<void> {
  await world.ask(message, unprotected, 'run').catch(() => undefined)
}

/** What a worker said, in the words of a plan, and the calls that it made. */
async function told(world: PlannedWorld, message: string, protection: typeof unprotected) {
  const began = world.writes.length
  const made = () => inOrder(world.writes.slice(began).filter(({ op }) => op !== 'kept'))
  try {
    const { receipt, duplicate } = await world.ask(message, protection, 'run')
    const { result, superseded_by } = receipt
    return { said: duplicate ? 'done-before' : result, superseded_by, made: made() }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { said: error.reason, made: made() }
  }
}

/** Calls of a group are made several at a time. */
function inOrder(calls: readonly Written[]): readonly string[] {
  return calls.map(({ op, params }) => JSON.stringify([op, params])).sort()
}

const saidBy = (verdict: Verdict): string => {
  if ('reason' in verdict) return verdict.reason
  return verdict.result === 'to-do' || verdict.result === 'nothing-left' ? 'done' : verdict.result
}

const protections = {
  nothing: () => unprotected,
  client: ({ clientId }: PlannedWorld['names']) => ({
    ...unprotected,
    protectedClientIds: [clientId],
  }),
  owner: ({ owner }: PlannedWorld['names']) => ({ ...unprotected, protectedOwners: [owner] }),
  issuer: ({ issuer }: PlannedWorld['names']) => ({ ...unprotected, protectedIssuers: [issuer] }),
}

type Protected = keyof typeof protections

const app = (change: Partial<App>): Case => ({
  type: 'app.offboarded',
  client: 'usual',
  mode: 'delete',
  away: 0,
  ofOwner: false,
  issuers: false,
  secrets: [],
  before: undefined,
  ...change,
})
const key = (change: Partial<Key>): Case => ({
  type: 'key.rotated',
  trusted: [],
  away: 0,
  expired: false,
  retire: undefined,
  siblings: 'refuse',
  before: undefined,
  ...change,
})

/** One case for everything that can be said, beside those that are drawn. */
const examples: readonly (readonly [said: string, about: Case, what?: Protected, twice?: true])[] =
  [
    ['to-do', app({ issuers: true, secrets: ['own', 'foreign', 'gone'] })],
    ['to-do', app({ ofOwner: true, issuers: true })],
    ['to-do', { type: 'user.deleted', away: 0, signedIn: true, several: false }],
    ['to-do', { type: 'user.deleted', away: 0, signedIn: true, several: true }],
    [
      'to-do',
      key({ trusted: ['k1', 'sibling on k1'], retire: { others: true }, siblings: 'follow' }),
    ],
    ['to-do', key({ trusted: ['k1'], before: 'the same key', retire: { kids: ['k1'] } })],
    ['nothing-left', app({ client: 'none' })],
    ['nothing-left', app({ client: 'suspended', mode: 'suspend' })],
    ['nothing-left', app({ mode: 'restore' })],
    ['nothing-left', app({ client: 'none', ofOwner: true })],
    ['nothing-left', { type: 'user.deleted', away: 0, signedIn: false, several: false }],
    ['nothing-left', key({ before: 'the same key' })],
    ['done-before', app({}), 'nothing', true],
    ['superseded', app({ before: { mode: 'suspend', away: 60_000 } })],
    ['superseded', key({ before: 'a later key', away: -hour })],
    ['superseded', key({ before: 'the issuer removed', away: -hour })],
    ['no-such-client', app({ client: 'none', mode: 'suspend' })],
    ['newer-than-event', app({ away: -3 * hour })],
    ['older-than-ledger', app({ client: 'none', away: -61 * day })],
    ['time-in-the-future', app({ away: 10 * 60_000 })],
    ['metadata-is-no-object', app({ client: 'odd metadata', mode: 'suspend' })],
    ['unfrozen-meanwhile', app({ client: 'unfrozen', mode: 'restore' })],
    ['marker-missing', app({ client: 'unmarked', mode: 'restore' })],
    ['malformed-secret-id', app({ secrets: ['own', 'no id!'] })],
    ['protected-client', app({}), 'client'],
    ['protected-owner', app({ ofOwner: true }), 'owner'],
    ['protected-issuer', app({ issuers: true }), 'issuer'],
    ['protected-issuer', key({}), 'issuer'],
    ['kid-in-use', key({ trusted: ['another key as k2'] })],
    ['kid-in-use', key({ before: 'its kid, another key' })],
    ['key-expired', key({ expired: true, away: -3 * hour })],
    ['siblings-on-retired-key', key({ trusted: ['sibling on k1'], retire: { kids: ['k1'] } })],
  ]

/** Plans, shows that nothing was written, and has the worker do what it does then. */
async function compared(about: Case, what: Protected, twice: boolean): Promise<string> {
  const world = plannedWorld(ory(), noon + 2 * hour)
  const protection = protections[what](world.names)
  const message = await prepared(world, about)
  if (twice) await told(world, message, protection)
  const written = world.writes.length

  const { verdict, steps } = await world.ask(message, protection, 'plan')

  expect(world.writes.slice(written)).toEqual([])
  const worker = await told(world, message, protection)
  expect({ said: saidBy(verdict), made: inOrder(steps) }).toEqual({
    said: worker.said,
    made: worker.made,
  })
  if (verdict.result === 'superseded') expect(verdict.superseded_by).toEqual(worker.superseded_by)
  return 'reason' in verdict ? verdict.reason : verdict.result
}

test.each(
  examples.map(([said, about, what = 'nothing', twice = false]) => ({ said, about, what, twice })),
)(
  'a plan says $said, writes nothing, and calls what the worker then calls: $about',
  async ({ said, about, what, twice }) => {
    expect(await compared(about, what, twice)).toBe(said)
  },
)

test('a plan writes nothing, and says what the worker then says and calls, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        { weight: 3, arbitrary: someApp },
        { weight: 3, arbitrary: someKey },
        { weight: 1, arbitrary: someUser },
      ),
      fc.constantFrom<Protected>('nothing', 'nothing', 'nothing', 'client', 'owner', 'issuer'),
      fc.constantFrom(false, false, false, true),
      async (about, what, twice) => void (await compared(about, what, twice)),
    ),
    { numRuns: 60 },
  )
})

test('plans a reset call by call as a worker makes it, and names no secret', async () => {
  const world = plannedWorld(ory(), noon + 2 * hour)
  const { clientId: client_id } = world.names
  const client_secret = 'a secret that is told to nobody'
  await ory().createOAuth2Client({ body: { client_id, client_secret, metadata: { team: 'blue' } } })
  const value = JSON.stringify({ client_id, client_secret })
  const secret = world.secrets.create('kept', value, { tags: { 'lapse:client_id': client_id } })
  const data = { client_id, mode: 'reset', secret_ids: [secret] }
  const message = messageOf('app.offboarded', data, world)

  const plan = await world.ask(message, unprotected, 'plan')
  expect(world.writes).toEqual([])
  expect(plan.verdict).toEqual({ result: 'to-do' })
  expect(JSON.stringify(plan)).not.toContain(client_secret)
  expect(plan.steps.at(-1)?.params).toMatchObject({
    body: { client_id, metadata: { team: 'blue' } },
  })

  await world.ask(message, unprotected, 'run')
  const made = world.writes.map(({ op }) => op).filter((op) => op !== 'kept')
  // Then the new secret is tried, and handed over.
  expect(made).toEqual([
    ...plan.steps.map(({ op }) => op),
    'revokeOAuth2Token',
    'revokeOAuth2Token',
    'secrets.moveStage',
  ])
})
