import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliver } from '../../delivery/index.ts'
import {
  CircuitOpenError,
  OryAbortedError,
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryTransportError,
} from '../../errors.ts'
import { parseUserDeleted } from '../../events/index.ts'
import type { ApiKey, Ory, OryAccounts } from '../../ory/index.ts'
import { dryRun, isUnknownSubject, type Receipt } from '../../run/index.ts'
import { memoryWorker, stillWorkflow } from '../../testing/index.ts'
import { type UserSettings, userWorkflow } from '../users/index.ts'
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
const slow = () =>
  new OryTransportError('op', { reason: 'timeout', mayHaveRun: true, message: 'no answer in time' })
const failing = () => new OryApiError('op', { status: 500, body: {}, retryable: true })
const refusing = () => new OryApiError('op', { status: 400, body: {}, retryable: false })
const unauthorized = () => new OryConfigurationError('op', 'unauthorized', 'check the key')

/** Of a key that is revoked all the same. */
const lostAnswer = (keys: ApiKey[] | undefined, call: string) => {
  const at = keys?.findIndex(({ key_id }) => call === `revoke ${key_id}`) ?? -1
  const revoked = keys?.[at]
  if (keys !== undefined && revoked !== undefined)
    keys[at] = { ...revoked, status: 'KEY_STATUS_REVOKED' }
  return slow()
}

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
  /** Whether keys are listed whatever their status, as by a server that knows no such filter. */
  ignoresStatus?: boolean
  /** How many keys a page holds; 1000 where nothing is said. */
  keysAPage?: number
  /** Whether every page of keys is said to be followed by itself. */
  goesInCircles?: boolean
  /** How long a call takes, in milliseconds, by its name; nothing where nothing is said. */
  takes?: (call: string) => number
  /** How a call fails, if it does, by its name. */
  fails?: (call: string) => Error | undefined
}

interface Options {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

interface Asked {
  status?: string
  page_token?: string
}

/** Keys with ids in the order of their numbers. */
const manyKeys = (count: number): ApiKey[] =>
  Array.from({ length: count }, (_, n) => key(`k${String(n).padStart(6, '0')}`))

const key = (key_id: string, status: ApiKey['status'] = 'KEY_STATUS_ACTIVE'): ApiKey => ({
  key_id,
  actor_id: 'alice',
  status,
})

/** As for a user who may be back: whoever reads the receipt is told of newer keys. */
const tellingOfNewerKeys = (settings: UserSettings) =>
  userWorkflow<'user.deleted'>(
    {
      name: 'user-deleted',
      preconditions: [],
      again: true,
      endsApiKeys: true,
      inFlight: '',
      isLeft: () => true,
      notes: () => [],
      notesOfNewerKeys: (count) => [`${count} newer keys ended as well`],
    },
    settings,
  )

/** A user at Ory and at its other parts, and deliveries of the event that deletes them. */
function userAt(
  world: World,
  settings: { identitySessions?: boolean; apiKeys?: boolean } = {},
  workflow = userDeleted,
) {
  const { worker: base, clock, outbox, ledger, log, metrics } = memoryWorker(stillWorkflow())
  const calls: string[] = []
  const invocation = { ends: Number.POSITIVE_INFINITY }
  const signals = new Map<string, AbortSignal | undefined>()
  const made = (call: string, { timeoutMs = 75_000, signal }: Options = {}) => {
    calls.push(call)
    signals.set(call, signal)
    // As the signal of an invocation has it, which is not of this clock.
    if (clock.now() >= invocation.ends) throw new OryAbortedError('op', { mayHaveRun: false })
    const takes = world.takes?.(call) ?? 0
    clock.advance(Math.min(takes, timeoutMs))
    if (takes > timeoutMs) throw slow()
    const error = world.fails?.(call)
    if (error !== undefined) throw error
  }
  const list = async function* (
    call: string,
    items: () => readonly unknown[],
    options: Options = {},
  ) {
    made(call, options)
    yield* items()
  }
  /** Awaited for a page, iterated for all. */
  const pages = (
    call: string,
    asked: Asked,
    options: Options,
    keys: () => readonly ApiKey[] | undefined,
  ) => {
    const page = async ({ status, page_token = '' }: Asked) => {
      made(call, options)
      const size = world.keysAPage ?? 1000
      const listed = (keys() ?? []).filter(
        (one) => one.key_id > page_token && (world.ignoresStatus === true || one.status === status),
      )
      const items = listed.slice(0, size)
      const next = listed.length > size ? items.at(-1)?.key_id : undefined
      return { items, nextPageToken: world.goesInCircles ? 'again' : next }
    }
    return {
      // biome-ignore lint/suspicious/noThenProperty: as a list is.
      then: (...told: Parameters<Promise<unknown>['then']>) => page(asked).then(...told),
      async *[Symbol.asyncIterator]() {
        for (let token: string | undefined = ''; token !== undefined; ) {
          const { items, nextPageToken } = await page({ ...asked, page_token: token })
          yield* items
          token = nextPageToken
        }
      },
    }
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
    async getIdentity({ id }: { id: string }, options: Options) {
      made('identity', options)
      if (world.identity !== true) throw missing()
      return { id }
    },
    listIdentitySessions(_id: unknown, options: Options) {
      const sessions = Array.from({ length: world.sessions ?? 0 }, (_, id) => ({ id: `s${id}` }))
      const items = world.repeats ? [...sessions, ...sessions] : sessions
      const listed = list('identity sessions', () => items, options)
      return Object.assign(
        listed,
        world.total !== undefined && {
          // The first page, as it comes once.
          items: sessions,
          total: world.total,
        },
      )
    },
    async deleteIdentitySessions(_id: unknown, options: Options) {
      made('end identity sessions', options)
      if ((world.sessions ?? 0) === 0) throw missing()
      world.sessions = 0
    },
    adminListIssuedApiKeys: (asked: Asked, options: Options) =>
      pages('issued keys', asked, options, () => world.issued),
    adminListImportedApiKeys: (asked: Asked, options: Options) =>
      pages('imported keys', asked, options, () => world.imported),
    async adminRevokeIssuedApiKey({ id }: { id: string }, options: Options) {
      made(`revoke ${id}`, options)
      revoke(world.issued, id)
    },
    async adminRevokeImportedApiKey({ id }: { id: string }, options: Options) {
      made(`revoke ${id}`, options)
      revoke(world.imported, id)
    },
  } as unknown as OryAccounts
  const worker = {
    ...base,
    parse: parseUserDeleted,
    workflow: () =>
      workflow({
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
    invocation.ends = clock.now() + 57_000
    await deliver(
      { messageId: 'm', body, attributes: {} },
      { deadline: invocation.ends },
      worker as never,
    )
    clock.advance(5000)
    return [...calls]
  }
  const receipt = (): Receipt | undefined => ledger.rows[0]?.receipt
  const row = () => ledger.rows[0]
  const plan = async () => {
    const services = await worker.services()
    const reading = { ory, accounts, services, secrets: services.secrets }
    return dryRun(worker.workflow(), parseUserDeleted(body), reading as never, clock.now())
  }
  return { settings, signals, next, plan, receipt, row, log, metrics, world, outbox, clock }
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

test('ends tokens first, however many pages of API keys there are and however slow they come', async () => {
  const at = userAt({
    issued: manyKeys(500),
    keysAPage: 10,
    takes: (call) => (call === 'issued keys' ? 9000 : 0),
  })
  const calls = await at.next()

  expect(calls).toContain('end consents')
  expect(calls.indexOf('end consents')).toBeLessThan(calls.indexOf('issued keys'))
})

test('ends thousands of keys over several deliveries, and touches nothing else again', async () => {
  const at = userAt({
    identity: true,
    sessions: 1,
    issued: manyKeys(4000),
    imported: manyKeys(1000),
    keysAPage: 100,
    takes: (call) => (/^revoke|keys$/.test(call) ? 25 : 0),
  })
  expect(await at.next()).toContain('end consents')
  const deliveries = [at.row()]
  while (at.receipt() === undefined) {
    const calls = await at.next()
    expect(calls.filter((call) => !/^revoke|keys$|^issuers$|^clients$/.test(call))).toEqual([])
    deliveries.push(at.row())
  }

  expect(deliveries.length).toBeGreaterThan(2)
  expect(deliveries.length).toBeLessThan(6)
  for (const row of deliveries) {
    expect(JSON.stringify(row).length).toBeLessThan(8000)
    expect(JSON.stringify(row)).not.toMatch(/k00\d/)
  }
  expect(at.world.issued?.every(({ status }) => status === 'KEY_STATUS_REVOKED')).toBe(true)
  expect(at.receipt()).toMatchObject({
    before: { issued_api_keys: 4000, imported_api_keys: 1000 },
    after: { consent_sessions: 0, issued_api_keys: 0, imported_api_keys: 0 },
  })
  const told = at.receipt()?.steps.filter(({ by }) => by === 'key_id')
  expect(told?.map(({ calls, accepted, status }) => [calls, accepted, status])).toEqual([
    [4000, 4000, 'observed'],
    [1000, 1000, 'observed'],
  ])
  expect(at.receipt()?.notes.join()).toMatch(
    /looked at afterwards at .+Z, and not again since: everything but API keys/,
  )
})

test('comes back at once for keys that there was no time for, also where one has failed', async () => {
  const at = userAt({
    issued: manyKeys(4000),
    takes: (call) => (call.startsWith('revoke') ? 25 : 0),
    fails: (call) => (call === 'revoke k000000' ? failing() : undefined),
  })
  await at.next()

  expect(at.row()?.attempts.at(-1)?.outcome).toBe('ERR_DEADLINE')
  expect(at.outbox.sent.at(-1)?.delaySeconds).toBe(0)
})

test('plans for a user whose tokens have ended no more than a worker would do', async () => {
  const at = userAt({
    identity: true,
    issued: [key('k1')],
    fails: (call) => (call === 'revoke k1' ? down() : undefined),
  })
  await at.next()
  const plan = await at.plan()

  expect(plan).toMatchObject({ verdict: { result: 'to-do' }, before: { issued_api_keys: 1 } })
  expect(plan.steps.map(({ op }) => op)).toEqual(['adminRevokeIssuedApiKey'])
  expect(await at.next()).toContain('revoke k1')
})

test('plans that API keys will be refused, once what else there is was made', async () => {
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) => (call.endsWith('keys') ? refusing() : undefined),
  })
  const { verdict, steps } = await at.plan()

  expect(verdict.result).toBe('refused-afterwards')
  expect(steps.map(({ op }) => op)).toContain('deleteIdentitySessions')
})

test('does everything again where API keys are not looked at any more, and says so', async () => {
  const at = userAt({
    identity: true,
    issued: [key('k1')],
    fails: (call) => (call === 'revoke k1' ? down() : undefined),
  })
  await at.next()
  at.settings.apiKeys = false

  expect(await at.next()).toContain('end consents')
  expect(at.receipt()?.notes).toEqual(['not looked at: API keys'])
})

test('keeps in a closed row nothing but what is in the receipt', async () => {
  const at = userAt({ issued: [key('k1')] })
  await at.next()

  expect(at.row()).toMatchObject({ steps: [], receipt: { result: 'done' } })
  expect(at.row()).not.toHaveProperty('looked')
})

test('sends the second pass off before it looks at any API key', async () => {
  const at = userAt({ fails: (call) => (call === 'issued keys' ? down() : undefined) })
  await at.next()

  expect(at.receipt()).toBeUndefined()
  expect(at.outbox.sent.map(({ attributes }) => attributes['lapse-pass'])).toContain('follow-up')
})

test.each([
  ['fails', failing],
  ['does not answer about', slow],
  ['refuses', refusing],
])('revokes every key but the one that Ory %s, and then waits for that', async (_how, error) => {
  const at = userAt({
    issued: [key('k1'), key('k2'), key('k3')],
    imported: [key('k4')],
    fails: (call) => (call === 'revoke k1' ? error() : undefined),
  })
  await at.next()

  expect(at.world.issued?.map(({ status }) => status)).toEqual([
    'KEY_STATUS_ACTIVE',
    'KEY_STATUS_REVOKED',
    'KEY_STATUS_REVOKED',
  ])
  expect(at.world.imported).toEqual([key('k4', 'KEY_STATUS_REVOKED')])
  expect(at.receipt()).toBeUndefined()
})

test('gives a key up that Ory refuses only once no other is left', async () => {
  const at = userAt({
    issued: [key('k1'), key('k2')],
    fails: (call) =>
      call === 'revoke k1' ? refusing() : call === 'revoke k2' ? failing() : undefined,
  })
  await at.next()
  expect(at.outbox.deadLetters).toEqual([])
  at.world.fails = (call) => (call === 'revoke k1' ? refusing() : undefined)
  await at.next()

  expect(at.outbox.deadLetters).toHaveLength(1)
})

test('revokes all that can be revoked, however many fail in between', async () => {
  const at = userAt({
    issued: manyKeys(100),
    fails: (call) => (/^revoke .*[13579]$/.test(call) ? failing() : undefined),
  })
  await at.next()

  const works = at.world.issued?.filter(({ status }) => status === 'KEY_STATUS_ACTIVE') ?? []
  expect(works).toHaveLength(50)
  // Nobody is to lose patience with what ends tokens over this.
  expect(at.row()?.trouble).toBeUndefined()
})

test('keeps the intent of each page before it revokes anything of it', async () => {
  const planned: (number | undefined)[] = []
  const at = userAt({
    issued: manyKeys(4),
    keysAPage: 2,
    fails: (call) => {
      if (call.startsWith('revoke'))
        planned.push(at.row()?.steps.find(({ by }) => by === 'key_id')?.planned)
      return undefined
    },
  })
  await at.next()

  expect(planned).toEqual([2, 2, 4, 4])
})

test('revokes API keys in the same delivery where nobody can look whether consents have ended', async () => {
  const at = userAt({
    issued: [key('k1')],
    fails: (call) => (call === 'consents' && hasEnded ? failing() : undefined),
  })
  let hasEnded = false
  at.world.takes = (call) => {
    hasEnded ||= call === 'end consents'
    return 0
  }
  await at.next()

  expect(at.receipt()).toBeUndefined()
  expect(at.world.issued).toEqual([key('k1', 'KEY_STATUS_REVOKED')])
})

test('revokes all that are behind any number of keys that Ory refuses for good, and gives those up', async () => {
  const at = userAt({
    issued: manyKeys(200),
    imported: [key('i1')],
    keysAPage: 30,
    fails: (call) => (/^revoke k0000\d\d$/.test(call) ? refusing() : undefined),
  })
  await at.next()

  const works = at.world.issued?.filter(({ status }) => status === 'KEY_STATUS_ACTIVE') ?? []
  expect(works).toHaveLength(100)
  expect(at.world.imported).toEqual([key('i1', 'KEY_STATUS_REVOKED')])
  expect(at.receipt()).toBeUndefined()
  expect(at.outbox.deadLetters).toHaveLength(1)
  expect(at.row()?.steps.find(({ by }) => by === 'key_id')?.tries).toContainEqual({
    attempt: 1,
    outcome: 'failed: ERR_ORY_API',
    calls: 100,
  })
  expect(at.log.lines).toContainEqual(
    expect.objectContaining({ fields: expect.objectContaining({ refused: 100 }) }),
  )
})

const stillWorks = (keys: readonly ApiKey[] | undefined) =>
  keys?.filter(({ status }) => status === 'KEY_STATUS_ACTIVE').map(({ key_id }) => key_id) ?? []

test('gets past more keys that Ory refuses than a delivery has time for, and asks again for those in turn', async () => {
  const asked = new Map<string, number>()
  const at = userAt({
    issued: manyKeys(700),
    keysAPage: 100,
    takes: (call) => (call.startsWith('revoke') ? 250 : 0),
    fails: (call) => {
      if (call.startsWith('revoke')) asked.set(call, (asked.get(call) ?? 0) + 1)
      return call < 'revoke k000500' && call.startsWith('revoke') ? refusing() : undefined
    },
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()
  expect(stillWorks(at.world.issued)).toHaveLength(500)
  expect(at.row()?.attempts.at(-1)?.outcome).toBe('ERR_DEADLINE')

  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()
  const times = [...asked.values()].slice(0, 500)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
  expect(Math.min(...times)).toBeGreaterThan(1)
  expect(at.outbox.deadLetters).toEqual([])
  expect(at.receipt()).toBeUndefined()

  at.world.fails = () => undefined
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()
  expect(at.receipt()).toMatchObject({
    before: { issued_api_keys: 700 },
    after: { issued_api_keys: 0 },
  })
  expect(at.receipt()?.steps.find(({ by }) => by === 'key_id')).toMatchObject({
    calls: 700,
    accepted: 700,
    status: 'observed',
  })
})

test('gets past twenty keys that Ory fails for themselves each time', async () => {
  const at = userAt({
    issued: manyKeys(100),
    keysAPage: 30,
    fails: (call) => (/^revoke k0000[0-3]/.test(call) ? failing() : undefined),
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()

  expect(stillWorks(at.world.issued)).toHaveLength(40)
  expect(at.outbox.deadLetters).toEqual([])
})

test('goes on asking nobody for long who refuses some keys and fails all the others', async () => {
  const at = userAt({
    issued: manyKeys(500),
    fails: (call) => {
      if (!call.startsWith('revoke')) return undefined
      return /[02468]$/.test(call) ? refusing() : failing()
    },
  })
  const revocations = (await at.next()).filter((call) => call.startsWith('revoke'))

  expect(revocations.length).toBeGreaterThan(30)
  expect(revocations.length).toBeLessThan(60)
  expect(at.outbox.deadLetters).toEqual([])
})

test('revokes every key that can be, in whatever order others are refused, and has a receipt only without those', async () => {
  const fate = fc.constantFrom('made', 'made', 'refused', 'unlucky', 'lost')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 60 }),
      fc.nat({ max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (others, refusedFirst, keysAPage) => {
        const fates = [...Array.from({ length: refusedFirst }, () => 'refused'), ...others]
        const tried = new Set<string>()
        const at = userAt({
          issued: manyKeys(fates.length),
          keysAPage,
          fails: (call) => {
            if (!call.startsWith('revoke')) return undefined
            const its = fates[Number(call.replace(/^revoke k/, ''))]
            if (its === 'refused') return refusing()
            const isFirst = !tried.has(call)
            tried.add(call)
            if (its === 'unlucky' && isFirst) return failing()
            return its === 'lost' && isFirst ? lostAnswer(at.world.issued, call) : undefined
          },
        })
        const isOver = () => at.receipt() !== undefined || at.outbox.deadLetters.length > 0
        for (let delivery = 0; delivery < 12 && !isOver(); delivery += 1) await at.next()

        const refused = fates.filter((its) => its === 'refused').length
        const works = at.world.issued?.filter(({ status }) => status === 'KEY_STATUS_ACTIVE') ?? []
        expect(works).toHaveLength(refused)
        expect(at.outbox.deadLetters).toHaveLength(refused > 0 ? 1 : 0)
        expect(at.receipt() === undefined).toBe(refused > 0)
      },
    ),
    { numRuns: 100 },
  )
})

test('asks a server no more that fails twenty revocations in a row', async () => {
  const at = userAt({
    issued: manyKeys(500),
    fails: (call) => (call.startsWith('revoke') ? failing() : undefined),
  })
  const calls = await at.next()

  const revocations = calls.filter((call) => call.startsWith('revoke')).length
  expect(revocations).toBeGreaterThanOrEqual(20)
  expect(revocations).toBeLessThan(30)
})

test('revokes imported keys where issued ones cannot be listed', async () => {
  const at = userAt({
    issued: [key('k1')],
    imported: [key('k2')],
    fails: (call) => (call === 'issued keys' ? failing() : undefined),
  })
  await at.next()

  expect(at.world.imported).toEqual([key('k2', 'KEY_STATUS_REVOKED')])
  expect(at.receipt()).toBeUndefined()
})

test('revokes imported keys where Ory fails to revoke issued ones', async () => {
  const at = userAt({
    issued: manyKeys(50),
    imported: [key('i1')],
    fails: (call) => (call.startsWith('revoke k') ? failing() : undefined),
  })
  await at.next()

  expect(at.world.imported).toEqual([key('i1', 'KEY_STATUS_REVOKED')])
  expect(at.receipt()).toBeUndefined()
})

test('waits for a key that may still be revoked, where a list is refused', async () => {
  const at = userAt({
    issued: [key('k1')],
    fails: (call) =>
      call === 'revoke k1' ? failing() : call === 'imported keys' ? refusing() : undefined,
  })
  await at.next()

  expect(at.outbox.deadLetters).toEqual([])
  expect(at.receipt()).toBeUndefined()
})

test('waits for a list that may still come, where the other one is refused', async () => {
  const at = userAt({
    imported: [key('k1')],
    fails: (call) =>
      call === 'issued keys' ? refusing() : call === 'imported keys' ? failing() : undefined,
  })
  await at.next()

  expect(at.outbox.deadLetters).toEqual([])
  expect(at.receipt()).toBeUndefined()
})

test('waits for API keys where what is looked at afterwards is refused', async () => {
  let hasEnded = false
  const at = userAt({
    issued: [key('k1')],
    takes: (call) => {
      hasEnded ||= call === 'end consents'
      return 0
    },
    fails: (call) =>
      call === 'revoke k1' ? down() : hasEnded && call === 'consents' ? refusing() : undefined,
  })
  await at.next()

  expect(at.outbox.deadLetters).toEqual([])
  expect(at.receipt()).toBeUndefined()
})

test('has no receipt while a key works that only a later page shows', async () => {
  const at = userAt({
    ignoresStatus: true,
    isDeaf: true,
    keysAPage: 2,
    issued: [key('k1', 'KEY_STATUS_REVOKED'), key('k2', 'KEY_STATUS_REVOKED'), key('k3')],
  })
  await at.next()

  expect(at.receipt()).toBeUndefined()
  expect(at.row()?.attempts.at(-1)?.outcome).toBe('ERR_VERIFICATION')
})

test('has no receipt where the list of keys goes in circles', async () => {
  const at = userAt({ goesInCircles: true, issued: [key('k1')] })
  const calls = await at.next()

  expect(calls.length).toBeLessThan(20)
  expect(at.receipt()).toBeUndefined()
})

test('finds a key that turns up on a page that was read already', async () => {
  const at = userAt({ issued: [key('k5')] })
  at.world.fails = (call) => {
    if (call === 'revoke k5') at.world.issued?.unshift(key('k1'))
    return undefined
  }
  await at.next()
  expect(at.receipt()).toBeUndefined()
  await at.next()

  expect(at.world.issued?.map(({ status }) => status)).toEqual([
    'KEY_STATUS_REVOKED',
    'KEY_STATUS_REVOKED',
  ])
  expect(at.receipt()?.before).toMatchObject({ issued_api_keys: 2 })
})

test('ends tokens in the first delivery, whatever the identity provider and the API keys do', async () => {
  const how = fc.constantFrom('well', 'slow', 'hangs', 'down', 'fails', 'refuses', 'denies')
  const errors = { down, fails: failing, refuses: refusing, denies: unauthorized }
  const ms = { slow: 9000, hangs: 1_000_000 }
  const world = fc.record({
    identity: how,
    'identity sessions': how,
    'end identity sessions': how,
    'issued keys': how,
    'imported keys': how,
    revoke: how,
  })
  await fc.assert(
    fc.asyncProperty(world, fc.nat(60), async (does, count) => {
      const fateOf = (call: string) =>
        (does as Record<string, string>)[call.replace(/^revoke .*/, 'revoke')]
      const ended = { after: Number.POSITIVE_INFINITY }
      const at = userAt({
        identity: true,
        sessions: 1,
        issued: manyKeys(count),
        imported: manyKeys(count),
        keysAPage: 2,
        takes: (call) => ms[fateOf(call) as 'slow'] ?? 0,
        fails: (call) => {
          if (call === 'end consents') ended.after = Math.min(ended.after, at.clock.now() - began)
          return errors[fateOf(call) as 'down']?.()
        },
      })
      const began = at.clock.now()
      const calls = await at.next()

      expect(calls).toContain('end consents')
      expect(ended.after).toBeLessThanOrEqual(30_000)
      expect(at.clock.now() - began).toBeLessThanOrEqual(57_000 + 5000 + 10_000)
      expect(at.outbox.sent.map(({ attributes }) => attributes['lapse-pass'])).toContain(
        'follow-up',
      )
    }),
    { numRuns: 100 },
  )
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
    ignoresStatus: true,
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
  ['as they are listed, where the list says that there are fewer', { sessions: 2, total: 0 }, 2],
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

test('takes a subject that no identity can have for its id for one that nobody knows', async () => {
  const noUuid = () =>
    new OryApiError('op', { status: 400, body: {}, retryable: false, rowMissing: true })
  const at = userAt({ fails: (call) => (/identity/.test(call) ? noUuid() : undefined) })
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ identities: 0, identity_sessions: 0 })
})

test.each([
  ['is down', down],
  ['refuses the key', unauthorized],
  ['answers a 500', failing],
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

test('calls nobody unknown whom the identity provider was not heard about', async () => {
  const answers = userAt({})
  await answers.next()
  const silent = userAt({ fails: (call) => (/^identity/.test(call) ? down() : undefined) })
  await silent.next()

  expect(answers.metrics.counts).toMatchObject({ SubjectsLookedFor: 1, SubjectsUnknown: 1 })
  expect(isUnknownSubject(answers.receipt() as Receipt)).toBe(true)
  expect(silent.receipt()?.result).toBe('done')
  expect(silent.metrics.counts).not.toHaveProperty('SubjectsLookedFor')
  expect(isUnknownSubject(silent.receipt() as Receipt)).toBe(false)
})

const endedBlindly =
  'sessions at the identity provider could not be looked at before the first call that ends them: there may have been more than are counted'

test('takes no session that ended before the first look for one that never was', async () => {
  const state = { isTroubled: true }
  const at = userAt({
    identity: true,
    sessions: 2,
    fails: (call) => {
      if (!state.isTroubled) return undefined
      if (call === 'identity sessions') return failing()
      if (call !== 'end identity sessions') return undefined
      at.world.sessions = 0
      return slow()
    },
  })
  await at.next()
  expect(at.row()?.before).toMatchObject({ consent_sessions: 0 })
  Object.assign(state, { isTroubled: false })
  Object.assign(at.world, { identity: false })
  await at.next()

  expect(at.receipt()).toMatchObject({ result: 'done', after: { identity_sessions: 0 } })
  expect(Object.keys(at.receipt()?.before ?? {}).join()).not.toMatch(/identit/)
  expect(at.receipt()?.notes).toEqual([endedBlindly])
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('acknowledged')
  expect(at.metrics.counts).not.toHaveProperty('SubjectsUnknown')
  expect(isUnknownSubject(at.receipt() as Receipt)).toBe(false)
})

test('never counts fewer sessions than there were without saying so, whatever fails', async () => {
  const how = fc.constantFrom('unread', 'lost', 'down', 'logins', 'list')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(how, { maxLength: 3 }), { maxLength: 5 }),
      fc.nat(3),
      async (deliveries, sessions) => {
        let now: readonly string[] = []
        const at = userAt({
          identity: true,
          sessions,
          fails: (call) => {
            if (call === 'identity sessions' && now.includes('unread')) return failing()
            if (call === 'consents' && now.includes('list')) return failing()
            if (call === 'end logins' && now.includes('logins')) return failing()
            if (call !== 'end identity sessions') return undefined
            if (now.includes('down')) return down()
            if (!now.includes('lost')) return undefined
            at.world.sessions = 0
            return slow()
          },
        })
        for (const does of [...deliveries, [], []]) {
          now = does
          if (at.receipt() === undefined) await at.next()
        }
        const { before, notes = [] } = at.receipt() ?? {}
        const isTold = notes.some(
          (note) => note === endedBlindly || /looked at before the revocations(:| only)/.test(note),
        )
        if (!isTold) expect(before?.['identity_sessions']).toBe(sessions)
        expect(before?.['identity_sessions'] ?? sessions).toBe(sessions)
      },
    ),
    { numRuns: 200 },
  )
})

test('counts sessions that were seen before they ended, also while the list of consents failed', async () => {
  let failures = ['identity']
  const at = userAt({
    identity: true,
    sessions: 2,
    fails: (call) => (failures.some((word) => call.includes(word)) ? down() : undefined),
  })
  await at.next()
  at.world.fails = (call) => (failures.includes(call) ? failing() : undefined)
  failures = ['consents']
  await at.next()
  await at.next()
  expect(at.world.sessions).toBe(0)
  failures = []
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ identities: 1, identity_sessions: 2 })
  expect(at.receipt()?.notes).toEqual([])
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
})

test('takes no session for one that never was that ended unseen while the list of consents failed', async () => {
  const state = { failures: ['consents', 'identity sessions'] }
  const at = userAt({
    identity: true,
    sessions: 2,
    fails: (call) => (state.failures.includes(call) ? failing() : undefined),
  })
  await at.next()
  await at.next()
  expect(at.world.sessions).toBe(0)
  state.failures = ['consents']
  await at.next()

  expect(at.receipt()?.before).not.toHaveProperty('identity_sessions')
  expect(at.receipt()?.notes).toContain(
    'nothing was looked at before the revocations: Ory’s list could not be read',
  )
  expect(at.receipt()?.after).toMatchObject({ identities: 1, identity_sessions: 0 })
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('acknowledged')
})

test('counts sessions as ever where the call that ends them was refused before the first look', async () => {
  const state = { isDown: true }
  const at = userAt({
    identity: true,
    fails: (call) => (state.isDown && /identity/.test(call) ? down() : undefined),
  })
  await at.next()
  state.isDown = false
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ identities: 1, identity_sessions: 0 })
  expect(at.receipt()?.notes).toEqual([])
})

test('says that there may have been more sessions where some are seen after a blind call', async () => {
  const state = { isTroubled: true }
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) => {
      if (!state.isTroubled) return undefined
      if (call === 'identity sessions') return failing()
      return call === 'end identity sessions' ? slow() : undefined
    },
  })
  await at.next()
  state.isTroubled = false
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ identities: 1, identity_sessions: 1 })
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
  expect(at.receipt()?.notes).toEqual([endedBlindly])
})

test('gives the look at the identity provider up where the list of consents cannot be had', async () => {
  const at = userAt({
    identity: true,
    fails: (call) => (call === 'consents' ? down() : undefined),
  })
  await at.next()
  expect(at.signals.get('identity sessions')?.aborted).toBe(true)
  at.world.fails = () => undefined
  await at.next()

  expect(at.signals.get('identity sessions')?.aborted).toBe(false)
  expect(at.receipt()?.before).toMatchObject({ identities: 1 })
})

test('does not take an identity provider for tried that nobody asked, before somebody may look again', async () => {
  const state = { openUntil: 0 }
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) =>
      /identity/.test(call) && at.clock.now() < state.openUntil
        ? new CircuitOpenError(state.openUntil, 'the identity provider')
        : undefined,
  })
  state.openUntil = at.clock.now() + 12_000
  await at.next()
  expect(at.receipt()).toBeUndefined()
  await at.next()
  expect(at.receipt()).toBeUndefined()
  expect(at.row()?.troubleAside).toMatchObject({ until: state.openUntil })
  at.clock.advance(5000)
  await at.next()

  expect(at.world.sessions).toBe(0)
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
})

test('goes on without an identity provider that was looked at and is still down', async () => {
  const at = userAt({
    identity: true,
    sessions: 1,
    fails: (call) =>
      /identity/.test(call)
        ? new CircuitOpenError(at.clock.now() + 4000, 'the identity provider')
        : undefined,
  })
  await at.next()
  expect(at.receipt()).toBeUndefined()
  await at.next()

  expect(at.receipt()?.result).toBe('done')
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('refused')
  expect(at.receipt()?.notes.join()).toContain(
    'not looked at: sessions at the identity provider, which could not be read (ERR_CIRCUIT_OPEN)',
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
    let troubled = [first]
    const at = userAt({
      identity: true,
      sessions: 1,
      fails: (call) => (troubled.includes(call) ? failing() : undefined),
    })
    await at.next()
    troubled = ['end identity sessions']
    if (first === 'end logins') at.world.sessions = 1
    await at.next()
    expect(at.receipt()).toBeUndefined()
    troubled = []
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
  expect(await at.next()).toContain('end consents')
  for (let delivery = 0; delivery < 4; delivery += 1) {
    expect(await at.next()).toEqual(['issued keys', 'imported keys'])
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
    fails: (call) => (call === 'consents' ? failing() : undefined),
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()

  expect(at.receipt()?.result).toBe('done')
  expect(at.world.issued).toEqual([key('k1', 'KEY_STATUS_REVOKED')])
})

test('says that nobody looked at consents before the revocations, also where API keys were counted since', async () => {
  const at = userAt({
    issued: [key('k1')],
    fails: (call) => (call === 'consents' ? failing() : undefined),
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()

  expect(at.receipt()?.before).toEqual({
    identities: 0,
    identity_sessions: 0,
    issued_api_keys: 1,
    imported_api_keys: 0,
    api_keys_newer_than_event: 0,
  })
  expect(at.receipt()?.notes).toEqual([
    'no identity has this subject for its id: its sessions could not be looked for by another',
    'nothing was looked at before the revocations but identities, identity sessions: Ory’s list could not be read',
    'nothing was looked at afterwards but identities, identity sessions, issued api keys, imported api keys: Ory’s list could not be read',
  ])
})

const unseen = [
  'consent_sessions',
  'login_sessions',
  'clients',
  'longest_lifespan_override_ms',
  'grants_newer_than_event',
]

test('tells what was looked at where the list of consents never comes, and what was not', async () => {
  const at = userAt({
    identity: true,
    sessions: 2,
    issued: [key('k1')],
    fails: (call) => (call === 'consents' ? failing() : undefined),
  })
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()

  expect(at.receipt()?.after).toEqual({
    identities: 1,
    identity_sessions: 0,
    issued_api_keys: 0,
    imported_api_keys: 0,
  })
  expect(at.receipt()?.unseen_after).toEqual(unseen)
  expect(at.receipt()?.before).toMatchObject({ identities: 1, identity_sessions: 2 })
  expect(at.receipt()?.before).not.toHaveProperty('consent_sessions')
  expect(statusOf(at.receipt(), 'deleteIdentitySessions')).toBe('observed')
  expect(statusOf(at.receipt(), 'adminRevokeIssuedApiKey')).toBe('observed')
  expect(at.receipt()).not.toHaveProperty('observed_after_ms')
  expect(at.metrics.observations).toEqual([])
  expect(at.metrics.counts).toMatchObject({ ReceiptsWithoutLook: 1 })
  expect(at.metrics.counts).not.toHaveProperty('SubjectsLookedFor')
})

test('says what nobody looked at afterwards, and never anything else, whatever fails', async () => {
  const how = fc.constantFrom('list', 'identity', 'keys')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(how), { maxLength: 5 }),
      fc.record({ identitySessions: fc.boolean(), apiKeys: fc.boolean() }),
      async (deliveries, settings) => {
        const answered = new Set<string>()
        let now: readonly string[] = []
        const at = userAt(
          {
            identity: true,
            sessions: 1,
            issued: [key('k1')],
            fails: (call) => {
              if (call === 'consents' && now.includes('list')) return failing()
              if (/identity/.test(call) && now.includes('identity')) return failing()
              if (/keys$/.test(call) && now.includes('keys')) return failing()
              answered.add(call)
              return undefined
            },
          },
          settings,
        )
        for (const does of [...deliveries, ['list'], ['list'], ['list'], [], []]) {
          now = does
          if (at.receipt() === undefined) await at.next()
        }
        const { after = {}, unseen_after, notes = [] } = at.receipt() ?? {}
        const isListSeen = after['consent_sessions'] !== undefined
        const isAnySeen = Object.keys(after).length > 0
        const isSaid = notes.some((note) => note.startsWith('nothing was looked at afterwards'))

        expect(unseen_after).toEqual(isListSeen || !isAnySeen ? undefined : unseen)
        expect(isSaid).toBe(!isListSeen)
        expect('identity_sessions' in after).toBe(
          settings.identitySessions &&
            !notes.some((note) => /not looked at: .*identity/.test(note)),
        )
        expect('issued_api_keys' in after).toBe(settings.apiKeys)
        if (isListSeen) expect(answered).toContain('consents')
        expect(at.receipt()?.observed_after_ms !== undefined).toBe(isListSeen)
      },
    ),
    { numRuns: 100 },
  )
})

const older = { create_time: '2026-01-02T03:03:59.999Z' }
const newer = { create_time: '2026-01-02T03:04:00.001Z' }

test.each([
  ['of a user who is deleted', userDeleted, false],
  ['and tells it of one who may be back', tellingOfNewerKeys, true],
])(
  'ends keys that are newer than the event as well, and counts them, %s',
  async (_of, workflow, isTold) => {
    const issued = [
      { ...key('k1'), ...older },
      { ...key('k2'), ...newer },
      { ...key('k3'), create_time: '2026-01-02T03:04:00Z' },
      { ...key('k4'), create_time: 'some day' },
    ]
    const at = userAt({ issued, imported: [{ ...key('k5'), ...newer }] }, {}, workflow)
    await at.next()

    const { before, after, steps, notes } = at.receipt() as Receipt
    expect(before).toMatchObject({
      issued_api_keys: 4,
      imported_api_keys: 1,
      api_keys_newer_than_event: 2,
    })
    expect(after).toMatchObject({ issued_api_keys: 0, imported_api_keys: 0 })
    const told = steps.filter(({ by }) => by === 'key_id')
    expect(told.map(({ calls, accepted, status }) => [calls, accepted, status])).toEqual([
      [4, 4, 'observed'],
      [1, 1, 'observed'],
    ])
    expect(notes.filter((note) => note.includes('newer'))).toEqual(
      isTold ? ['2 newer keys ended as well'] : [],
    )
  },
)

test('counts every newer key once, whatever fails and however often', async () => {
  const fate = fc.constantFrom('made', 'made', 'unlucky', 'down')
  const keys = fc.array(fc.record({ isNewer: fc.boolean(), fate, isIssued: fc.boolean() }), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 9 }), async (all, keysAPage) => {
      const tried = new Set<string>()
      const made = all.map(({ isNewer }, n) => ({
        ...(manyKeys(n + 1)[n] as ApiKey),
        ...(isNewer ? newer : older),
      }))
      const at = userAt({
        issued: made.filter((_key, n) => all[n]?.isIssued),
        imported: made.filter((_key, n) => all[n]?.isIssued === false),
        keysAPage,
        fails: (call) => {
          const its = all[Number(/^revoke k(\d+)$/.exec(call)?.[1] ?? -1)]?.fate
          if (tried.has(call) || its === undefined) return undefined
          tried.add(call)
          return its === 'unlucky' ? failing() : its === 'down' ? down() : undefined
        },
      })
      for (let n = 0; n < 45 && at.receipt() === undefined; n += 1) await at.next()

      const { before } = at.receipt() as Receipt
      expect(before['api_keys_newer_than_event']).toBe(all.filter(({ isNewer }) => isNewer).length)
      expect(Number(before['issued_api_keys']) + Number(before['imported_api_keys'])).toBe(
        all.length,
      )
    }),
    { numRuns: 100 },
  )
})

test('tells how many keys more there may have been, where answers were lost', async () => {
  const state = { isLost: true, pages: 0 }
  const at = userAt({
    issued: manyKeys(3),
    keysAPage: 2,
    fails: (call) => {
      if (!state.isLost) return undefined
      if (call === 'issued keys') {
        state.pages += 1
        return state.pages > 1 ? down() : undefined
      }
      return call.startsWith('revoke') ? lostAnswer(at.world.issued, call) : undefined
    },
  })
  await at.next()
  state.isLost = false
  await at.next()

  expect(at.receipt()?.before).toMatchObject({ issued_api_keys: 2 })
  expect(at.receipt()?.notes.at(-1)).toBe(
    'there may have been 1 more API keys that Ory issued than are counted: 2 revocations had no answer, and a key that is revoked is listed no more',
  )
})

test('counts no key twice, and tells of all that may not be counted', async () => {
  const how = fc.constantFrom('made', 'made', 'lost', 'lost', 'unanswered', 'fails')
  const delivery = fc.array(how, { minLength: 12, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(delivery, { maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      async (deliveries, count, keysAPage) => {
        let fates: string[] = []
        const at = userAt({
          issued: manyKeys(count),
          keysAPage,
          fails: (call) => {
            if (!/^revoke|^issued/.test(call)) return undefined
            const fate = fates.shift()
            if (fate === 'fails') return down()
            if (fate === 'unanswered') return slow()
            return fate === 'lost' ? lostAnswer(at.world.issued, call) : undefined
          },
        })
        for (const drawn of [...deliveries, [], []]) {
          fates = [...drawn]
          if (at.receipt() === undefined) await at.next()
        }
        const counted = at.receipt()?.before['issued_api_keys'] ?? 0
        const note = at.receipt()?.notes.find((text) => text.startsWith('there may have been'))
        const more = Number(/been (\d+) more/.exec(note ?? '')?.[1] ?? 0)
        expect(counted).toBeLessThanOrEqual(count)
        expect(counted + more).toBeGreaterThanOrEqual(count)
      },
    ),
    { numRuns: 100 },
  )
})

test('closes with no key that works, whatever fails on the way', async () => {
  const failures = fc.array(fc.constantFrom('issued', 'imported', 'revoke', 'identity', 'end'), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(fc.array(failures, { maxLength: 5 }), async (deliveries) => {
      let now: readonly string[] = []
      const at = userAt({
        identity: true,
        sessions: 1,
        issued: [key('k1'), key('k2')],
        imported: [key('k3')],
        fails: (call) => (now.some((word) => call.startsWith(word)) ? down() : undefined),
      })
      for (const words of [...deliveries, [], []]) {
        now = words
        if (at.receipt() === undefined) await at.next()
      }
      const keys = [...(at.world.issued ?? []), ...(at.world.imported ?? [])]
      expect(at.receipt()?.result).toBe('done')
      expect(keys.map(({ status }) => status)).toEqual(keys.map(() => 'KEY_STATUS_REVOKED'))
    }),
    { numRuns: 50 },
  )
})
