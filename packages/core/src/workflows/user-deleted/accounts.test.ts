import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliver } from '../../delivery/index.ts'
import {
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryTransportError,
} from '../../errors.ts'
import { parseUserDeleted } from '../../events/index.ts'
import type { ApiKey, Ory, OryAccounts } from '../../ory/index.ts'
import type { Receipt } from '../../run/index.ts'
import { memoryWorker, stillWorkflow } from '../../testing/index.ts'
import { userDeleted } from './user-deleted.ts'

const body = JSON.stringify({
  specversion: '1.0',
  id: '1',
  source: 's',
  type: 'user.deleted',
  time: '2026-01-02T03:04:00Z',
  data: { subject: 'alice' },
})

const missing = () =>
  new OryApiError('op', { status: 404, body: {}, retryable: false, rowMissing: true })
const down = () =>
  new OryTransportError('op', { reason: 'connect', mayHaveRun: false, message: 'no answer' })
const unauthorized = () => new OryConfigurationError('op', 'unauthorized', 'check the key')

interface World {
  identity?: boolean
  sessions?: number
  /** What the list of sessions says that there are. */
  total?: number
  /** Whether the list of sessions gives its first page twice. */
  repeats?: boolean
  issued?: ApiKey[]
  imported?: ApiKey[]
  /** Whether a key that was revoked goes on working. */
  isDeaf?: boolean
  /** How a call fails, if it does, by its name. */
  fails?: (call: string) => Error | undefined
}

const key = (key_id: string, status: ApiKey['status'] = 'KEY_STATUS_ACTIVE'): ApiKey => ({
  key_id,
  actor_id: 'alice',
  status,
})

/** A user at Ory and at its other parts, and deliveries of the event that deletes them. */
function userAt(world: World, settings: { identitySessions?: boolean; apiKeys?: boolean } = {}) {
  const { worker: base, clock, outbox, ledger, metrics } = memoryWorker(stillWorkflow())
  const calls: string[] = []
  const made = (call: string) => {
    calls.push(call)
    const error = world.fails?.(call)
    if (error !== undefined) throw error
  }
  const list = async function* (call: string, items: () => readonly unknown[]) {
    made(call)
    yield* items()
  }
  const ory = {
    listOAuth2ConsentSessions: () => list('consents', () => []),
    revokeOAuth2LoginSessions: async () => made('end logins'),
    revokeOAuth2ConsentSessions: async () => made('end consents'),
    listTrustedOAuth2JwtGrantIssuers: () => list('issuers', () => []),
    listOAuth2Clients: () => list('clients', () => []),
  } as unknown as Ory
  const revoke = (keys: ApiKey[] | undefined, id: string) => {
    const at = keys?.findIndex(({ key_id }) => key_id === id) ?? -1
    if (keys === undefined || at === -1) throw missing()
    if (world.isDeaf) return
    keys[at] = key(id, 'KEY_STATUS_REVOKED')
  }
  const accounts = {
    async getIdentity({ id }: { id: string }) {
      made('identity')
      if (world.identity !== true) throw missing()
      return { id }
    },
    listIdentitySessions: () =>
      Object.assign(
        list('identity sessions', () => {
          const sessions = Array.from({ length: world.sessions ?? 0 }, (_, id) => ({
            id: `s${id}`,
          }))
          return world.repeats ? [...sessions, ...sessions] : sessions
        }),
        world.total !== undefined && { total: world.total },
      ),
    async deleteIdentitySessions() {
      made('end identity sessions')
      if ((world.sessions ?? 0) === 0) throw missing()
      world.sessions = 0
    },
    adminListIssuedApiKeys: () => list('issued keys', () => world.issued ?? []),
    adminListImportedApiKeys: () => list('imported keys', () => world.imported ?? []),
    async adminRevokeIssuedApiKey({ id }: { id: string }) {
      made(`revoke ${id}`)
      revoke(world.issued, id)
    },
    async adminRevokeImportedApiKey({ id }: { id: string }) {
      made(`revoke ${id}`)
      revoke(world.imported, id)
    },
  } as unknown as OryAccounts
  const worker = {
    ...base,
    parse: parseUserDeleted,
    workflow: () =>
      userDeleted({
        followUpAfterMs: 31 * 60_000,
        accessTokenLifespanMs: 3_600_000,
        identitySessions: true,
        apiKeys: true,
        ...settings,
      }),
    services: async () => ({ ...(await base.services()), ory, accounts }),
  }
  async function next(): Promise<readonly string[]> {
    calls.length = 0
    await deliver(
      { messageId: 'm', body, attributes: {} },
      { deadline: clock.now() + 57_000 },
      worker as never,
    )
    clock.advance(5000)
    return [...calls]
  }
  const receipt = (): Receipt | undefined => ledger.rows[0]?.receipt
  return { next, receipt, metrics, world, outbox }
}

const statusOf = (receipt: Receipt | undefined, op: string) =>
  receipt?.steps.find((step) => step.op === op)?.status

test('ends sessions at the identity provider first, and API keys once tokens have ended', async () => {
  const at = userAt({ identity: true, sessions: 2, issued: [key('k1')], imported: [key('k2')] })
  const calls = await at.next()

  expect(calls.filter((call) => /^(end|revoke)/.test(call))).toEqual([
    'end identity sessions',
    'end logins',
    'end consents',
    'revoke k1',
    'revoke k2',
  ])
  expect(at.receipt()).toMatchObject({
    before: { identities: 1, identity_sessions: 2, issued_api_keys: 1, imported_api_keys: 1 },
    after: { identities: 1, identity_sessions: 0, issued_api_keys: 0, imported_api_keys: 0 },
  })
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
  expect(statusOf(at.receipt(), 'adminRevokeIssuedApiKey')).toBe('observed')
  expect(statusOf(at.receipt(), 'adminRevokeImportedApiKey')).toBe('observed')
  expect(at.receipt()?.notes).toEqual([])
  expect(at.receipt()?.may_still_work.at(-1)).toMatchObject({
    what: 'tokens derived from API keys',
    until: null,
  })
  expect(at.metrics.counts).toMatchObject({ IdentitySessionsEnded: 2, ApiKeysRevoked: 2 })
})

test('looks at nothing and says so where nobody asked for it', async () => {
  const at = userAt(
    { identity: true, sessions: 2, issued: [key('k1')] },
    { identitySessions: false, apiKeys: false },
  )

  expect((await at.next()).join()).not.toMatch(/identity|key|k1/)
  expect(at.receipt()?.notes).toEqual([
    'not looked at: sessions at the identity provider; API keys',
  ])
  expect(Object.keys(at.receipt()?.before ?? {}).join()).not.toMatch(/identit|api_keys/)
})

test('takes a key that somebody else revoked meanwhile for gone already', async () => {
  const world: World = { issued: [key('k1')] }
  world.fails = (call) => {
    if (call !== 'revoke k1') return undefined
    world.issued = [key('k1', 'KEY_STATUS_REVOKED')]
    return new OryApiError('op', { status: 409, body: {}, retryable: false })
  }
  const at = userAt(world)
  await at.next()

  const step = at.receipt()?.steps.find(({ op }) => op === 'adminRevokeIssuedApiKey')
  expect(step).toMatchObject({ status: 'observed', attempts: [{ outcomes: { already: 1 } }] })
})

test('revokes what works, and leaves revoked and expired keys alone', async () => {
  const at = userAt({
    issued: [
      key('k1', 'KEY_STATUS_REVOKED'),
      key('k2', 'KEY_STATUS_EXPIRED'),
      key('k3', 'KEY_STATUS_UNSPECIFIED'),
      { key_id: 'k4' },
    ],
  })

  expect((await at.next()).filter((call) => call.startsWith('revoke'))).toEqual([
    'revoke k3',
    'revoke k4',
  ])
})

test.each([
  ['as they are listed', { sessions: 2 }, 2],
  ['once, where a page comes again', { sessions: 2, repeats: true }, 2],
  ['by what the list says of all its pages', { sessions: 2, repeats: true, total: 3 }, 3],
])('counts sessions %s', async (_how, world, sessions) => {
  const at = userAt({ identity: true, ...world })
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ identity_sessions: sessions })
})

test('tells an identity without sessions from one that nobody knows', async () => {
  const known = userAt({ identity: true })
  const unknown = userAt({})
  await known.next()
  await unknown.next()

  expect(known.receipt()?.before).toMatchObject({ identities: 1, identity_sessions: 0 })
  expect(known.receipt()?.notes).toEqual([])
  expect(unknown.receipt()?.before).toMatchObject({ identities: 0, identity_sessions: 0 })
  expect(unknown.receipt()?.notes).toEqual([
    'no identity has this subject for its id: its sessions could not be looked for by another',
  ])
  const step = unknown.receipt()?.steps.find(({ op }) => op === 'deleteIdentitySessions')
  expect(step?.attempts[0]?.outcomes).toEqual({ already: 1 })
})

test.each([
  ['is down', down],
  ['refuses the key', unauthorized],
  ['answers a 500', () => new OryApiError('op', { status: 500, body: {}, retryable: true })],
])('ends tokens where the identity provider %s, waits once, and tells it', async (_how, error) => {
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) => (/identity/.test(call) ? error() : undefined),
  })

  expect(await at.next()).toEqual(expect.arrayContaining(['end logins', 'end consents']))
  expect(at.receipt()).toBeUndefined()
  expect(await at.next()).toContain('end identity sessions')
  expect(at.receipt()?.result).toBe('done')
  expect(['refused', 'requested']).toContain(statusOf(at.receipt(), 'deleteIdentitySessions'))
  expect(at.receipt()?.notes.join()).toMatch(
    /not looked at: sessions at the identity provider, which could not be read \(ERR_ORY_/,
  )
})

test('ends what failed the first time on the second delivery', async () => {
  let isDown = true
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) => (isDown && /identity/.test(call) ? down() : undefined),
  })
  await at.next()
  isDown = false
  await at.next()

  expect(at.world.sessions).toBe(0)
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
})

test.each([
  ['the list of consents', 'consents'],
  ['a revocation', 'end logins'],
])(
  'tries the identity provider once more, also where %s failed before it did',
  async (_w, first) => {
    let failing = [first]
    const at = userAt({
      identity: true,
      sessions: 1,
      fails: (call) =>
        failing.includes(call)
          ? new OryApiError('op', { status: 500, body: {}, retryable: true })
          : undefined,
    })
    await at.next()
    failing = ['end identity sessions']
    if (first === 'end logins') at.world.sessions = 1
    await at.next()
    expect(at.receipt()).toBeUndefined()
    failing = []
    await at.next()

    expect(at.world.sessions).toBe(0)
    expect(at.receipt()?.result).toBe('done')
  },
)

test('has no receipt where no filter can name the subject, with everything else ended', async () => {
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) =>
      call.endsWith('keys')
        ? new OryArgumentError('op', 'actor_id', 'must not hold quotation marks')
        : undefined,
  })
  const calls = await at.next()

  expect(calls).toEqual(
    expect.arrayContaining(['end identity sessions', 'end logins', 'end consents']),
  )
  expect(at.receipt()).toBeUndefined()
  expect(at.outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toContain(
    'ERR_ORY_ARGUMENT: op: actor_id must not hold quotation marks',
  )
})

test('has no receipt before the API keys could be listed and have ended', async () => {
  let isDown = true
  const at = userAt({
    issued: [key('k1')],
    fails: (call) => (isDown && call === 'issued keys' ? down() : undefined),
  })
  for (let delivery = 0; delivery < 4; delivery += 1) {
    expect(await at.next()).toContain('end consents')
    expect(at.receipt()).toBeUndefined()
  }
  isDown = false
  await at.next()

  expect(at.world.issued).toEqual([key('k1', 'KEY_STATUS_REVOKED')])
  expect(at.receipt()?.result).toBe('done')
})

test.each(['issued', 'imported'] as const)(
  'has no receipt while an %s key works, whatever was said to its revocation',
  async (kind) => {
    const at = userAt({ [kind]: [key('k1')], isDeaf: true })
    await at.next()
    expect(at.receipt()).toBeUndefined()
    at.world.isDeaf = false
    await at.next()

    expect(at.world[kind]).toEqual([key('k1', 'KEY_STATUS_REVOKED')])
    expect(at.receipt()?.result).toBe('done')
  },
)

test('revokes API keys also where the list of consents never comes', async () => {
  const at = userAt({
    issued: [key('k1')],
    fails: (call) =>
      call === 'consents'
        ? new OryApiError('op', { status: 500, body: {}, retryable: true })
        : undefined,
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()

  expect(at.receipt()?.result).toBe('done')
  expect(at.world.issued).toEqual([key('k1', 'KEY_STATUS_REVOKED')])
})

test('closes with no key that works, whatever fails on the way', async () => {
  const failing = fc.array(fc.constantFrom('issued', 'imported', 'revoke', 'identity', 'end'), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(failing, { maxLength: 5 }), async (deliveries) => {
      let now: readonly string[] = []
      const at = userAt({
        identity: true,
        sessions: 1,
        issued: [key('k1'), key('k2')],
        imported: [key('k3')],
        fails: (call) => (now.some((word) => call.startsWith(word)) ? down() : undefined),
      })
      for (const failures of [...deliveries, [], []]) {
        now = failures
        if (at.receipt() === undefined) await at.next()
      }
      const keys = [...(at.world.issued ?? []), ...(at.world.imported ?? [])]
      expect(at.receipt()?.result).toBe('done')
      expect(keys.map(({ status }) => status)).toEqual(keys.map(() => 'KEY_STATUS_REVOKED'))
    }),
    { numRuns: 50 },
  )
})
