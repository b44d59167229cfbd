import { expect, test } from 'vitest'
import { deliver } from '../../delivery/index.ts'
import { OryApiError, OryTransportError } from '../../errors.ts'
import { parseUserDeleted } from '../../events/index.ts'
import type { Ory } from '../../ory/index.ts'
import type { Receipt } from '../../run/index.ts'
import { memoryWorker, stillWorkflow } from '../../testing/index.ts'
import { userDeleted } from './user-deleted.ts'

const settings = { followUpAfterMs: 31 * 60_000, accessTokenLifespanMs: 3_600_000 }

const body = JSON.stringify({
  specversion: '1.0',
  id: '1',
  source: 's',
  type: 'user.deleted',
  time: '2026-01-02T03:04:00Z',
  data: { subject: 'alice' },
})

const answered = (status: number) =>
  new OryApiError('op', { status, body: {}, retryable: true, mayHaveRun: status >= 500 })
const unanswered = (reason: 'connect' | 'timeout') =>
  new OryTransportError('op', { reason, mayHaveRun: reason !== 'connect', message: 'no answer' })

interface Consent {
  readonly client: string
  sid: string | undefined
}

/** How a call fails, if it does; told the name and the parameter that a call goes by. */
type Failure = (call: string) => Error | undefined

/** Ory with one user, and deliveries of the event that deletes them. */
function failingOry(fails: Failure, consents: Consent[] = [{ client: 'mail', sid: 'sid-1' }]) {
  const { worker: base, clock, outbox, ledger, metrics } = memoryWorker(stillWorkflow())
  const calls: string[] = []
  const state = { consents }
  const made = (call: string) => {
    calls.push(call)
    const error = fails(call)
    if (error !== undefined) throw error
  }
  const list = async function* (call: string, items: readonly unknown[]) {
    made(call)
    yield* items
  }
  const ory = {
    listOAuth2ConsentSessions: () =>
      list(
        'list',
        state.consents.map(({ client, sid }) => ({
          consent_request: { client: { client_id: client }, login_session_id: sid },
        })),
      ),
    async revokeOAuth2LoginSessions({ sid, subject }: { sid?: string; subject?: string }) {
      made(`login ${sid ?? subject}`)
      for (const consent of state.consents)
        if (subject !== undefined || consent.sid === sid) consent.sid = undefined
    },
    async revokeOAuth2ConsentSessions({ all, client }: { all?: boolean; client?: string }) {
      made(`consents ${client ?? 'all'}`)
      state.consents = state.consents.filter((consent) => !all && consent.client !== client)
    },
    listTrustedOAuth2JwtGrantIssuers: () => list('issuers', []),
    listOAuth2Clients: () => list('clients', []),
  } as unknown as Ory
  const worker = {
    ...base,
    parse: parseUserDeleted,
    workflow: () => userDeleted(settings),
    services: async () => ({ ...(await base.services()), ory }),
  }
  async function next(): Promise<readonly string[]> {
    calls.length = 0
    const allowance = { deadline: clock.now() + 57_000 }
    await deliver({ messageId: 'm', body, attributes: {} }, allowance, worker as never)
    clock.advance(5000)
    return [...calls]
  }
  const receipt = (): Receipt | undefined => ledger.rows[0]?.receipt
  return { clock, outbox, ledger, metrics, next, receipt, state }
}

const three = (): Consent[] =>
  ['one', 'bad', 'two'].map((sid) => ({ client: `client of ${sid}`, sid }))

test.each([
  ['an error', answered(500)],
  ['no answer', unanswered('timeout')],
])('passes a session over on the second delivery that Ory meets with %s', async (_what, error) => {
  const at = failingOry((call) => (call === 'login bad' ? error : undefined), three())

  expect(await at.next()).toEqual(['list', 'login one', 'login bad', 'login two'])
  expect(await at.next()).toEqual([
    'list',
    'login bad',
    'login alice',
    'consents all',
    'list',
    'issuers',
    'clients',
  ])
  expect(at.receipt()?.steps[0]).toMatchObject({ by: 'sid', calls: 3, accepted: 2 })
  expect(at.receipt()?.notes).toEqual([
    'not told: the relying parties of 1 login sessions, which ended all the same',
    'not looked at: sessions at the identity provider; API keys',
  ])
  expect(at.metrics.counts).toMatchObject({ LoginSessionsNotTold: 1 })
})

test.each([
  ['a rate limit', answered(429)],
  ['a refused connection', unanswered('connect')],
])(
  'waits where a session meets with %s, for as long as tokens may work, and no longer',
  async (_what, error) => {
    const at = failingOry((call) => (call === 'login bad' ? error : undefined), three())
    for (let sinceMs = 0; sinceMs < 50_000; sinceMs += 5000)
      expect(await at.next()).not.toContain('login alice')

    expect(await at.next()).toEqual([
      'list',
      'login alice',
      'consents all',
      'list',
      'issuers',
      'clients',
    ])
    expect(at.receipt()?.notes).toEqual([
      'not told: the relying parties of 1 login sessions, which ended all the same',
      'not looked at: sessions at the identity provider; API keys',
    ])
  },
)

test.each([
  ['were all refused', answered(429), 'refused'],
  ['may have been told', unanswered('timeout'), 'requested'],
])(
  'never says that relying parties were found to be told, where they %s',
  async (_what, error, status) => {
    const at = failingOry((call) => (/^login (?!alice)/.test(call) ? error : undefined), three())
    for (let sinceMs = 0; sinceMs <= 50_000; sinceMs += 5000) await at.next()

    expect(at.receipt()?.result).toBe('done')
    expect(at.receipt()?.steps[0]).toMatchObject({ by: 'sid', status, accepted: 0 })
  },
)

test('ends tokens within the delivery, whatever telling meets with', async () => {
  const at = failingOry(
    (call) => {
      if (!call.startsWith('login sid')) return undefined
      at.clock.advance(13_000)
      return unanswered('timeout')
    },
    Array.from({ length: 40 }, (_, n) => ({ client: 'mail', sid: `sid-${n}` })),
  )
  const calls = await at.next()

  expect(calls.filter((call) => call.startsWith('login sid')).length).toBeLessThan(10)
  expect(at.clock.now()).toBeLessThan(Date.parse('2026-01-02T03:06:05Z'))
  expect(calls).toContain('consents all')
})

test.each([
  ['fails', answered(503)],
  ['does not answer', unanswered('timeout')],
])(
  'revokes blindly on the second delivery where the list %s, and says so on the third',
  async (_what, error) => {
    const at = failingOry((call) => (call === 'list' ? error : undefined))

    expect(await at.next()).toEqual(['list'])
    expect(await at.next()).toEqual(['list', 'login alice', 'consents all', 'list'])
    expect(
      at.outbox.sent.filter(({ attributes }) => attributes['lapse-pass'] === 'follow-up'),
    ).toHaveLength(1)
    expect(at.receipt()).toBeUndefined()

    await at.next()
    expect(at.receipt()).toMatchObject({ result: 'done', before: {}, after: {} })
    expect(at.receipt()?.notes).toEqual([
      'not looked at: sessions at the identity provider; API keys',
      'nothing was looked at before the revocations: Ory’s list could not be read',
      'nothing was looked at afterwards: Ory’s list could not be read',
    ])
    expect(at.receipt()?.steps.map(({ status }) => status)).toEqual([
      'acknowledged',
      'acknowledged',
    ])
    expect(
      at.outbox.sent.filter(({ attributes }) => attributes['lapse-pass'] === 'follow-up'),
    ).toHaveLength(1)
    expect(at.metrics.counts).toMatchObject({ ReceiptsWithoutLook: 1 })
  },
)

test.each([
  ['is refused', unanswered('connect')],
  ['is limited', answered(429)],
])('never revokes blindly where the list %s', async (_what, error) => {
  const at = failingOry((call) => (call === 'list' ? error : undefined))
  for (let delivery = 0; delivery < 5; delivery += 1) expect(await at.next()).toEqual(['list'])
})

test('queues the follow-up once both calls by subject are acknowledged, and not before', async () => {
  const failing = { call: 'consents all' }
  const at = failingOry((call) => (call === failing.call ? answered(503) : undefined))
  const followUps = () =>
    at.outbox.sent.filter(({ attributes }) => attributes['lapse-pass'] === 'follow-up').length
  await at.next()
  expect(followUps()).toBe(0)

  failing.call = 'nothing'
  await at.next()
  expect(followUps()).toBe(1)
})

test('revokes client by client what never completes at once, and then at once', async () => {
  const state = { consents: 1 }
  const at = failingOry((call) => {
    if (call === 'consents all') return state.consents > 0 ? unanswered('timeout') : undefined
    if (call.startsWith('consents ')) state.consents = 0
    return undefined
  })
  await at.next()
  await at.next()

  expect(await at.next()).toEqual(
    expect.arrayContaining(['login alice', 'consents mail', 'consents all']),
  )
  expect(at.receipt()?.result).toBe('done')
})

test('deletes a user by an event from the future, and says so', async () => {
  const at = failingOry(() => undefined)
  at.clock.advance(-3_600_000)
  await at.next()

  expect(at.receipt()?.result).toBe('done')
  expect(at.receipt()?.notes.join()).toContain('clock')
  expect(at.metrics.counts).toMatchObject({ EventsFromTheFuture: 1 })
})

test('says which look was missing where the list comes back only after the revocations', async () => {
  const at = failingOry((call) =>
    call === 'list' && at.state.consents.length > 0 ? answered(503) : undefined,
  )
  await at.next()
  await at.next()

  expect(at.receipt()).toMatchObject({ before: {}, after: { consent_sessions: 0 } })
  expect(at.receipt()?.notes).toEqual([
    'not looked at: sessions at the identity provider; API keys',
    'nothing was looked at before the revocations: Ory’s list could not be read',
  ])
  expect(at.receipt()?.steps.map(({ status }) => status)).not.toContain('observed')
})

test('takes nothing that is gone after blind revocations for what never was', async () => {
  let looks = 0
  const at = failingOry((call) => {
    if (call === 'list') looks += 1
    return call === 'list' && looks < 4 ? answered(503) : undefined
  })
  await at.next()
  await at.next()
  expect(at.state.consents).toEqual([])
  await at.next()

  expect(at.receipt()).toMatchObject({ before: {}, after: { consent_sessions: 0 } })
  expect(at.receipt()?.notes).toContain(
    'nothing was looked at before the revocations: Ory’s list could not be read',
  )
  expect(at.metrics.counts).not.toHaveProperty('SubjectsUnknown')
})

test('says that there may have been more than was seen after blind revocations', async () => {
  let looks = 0
  const at = failingOry((call) => {
    if (call === 'list') looks += 1
    if (call === 'consents all' && looks < 3) return answered(503)
    return call === 'list' && looks < 3 ? answered(503) : undefined
  })
  for (let delivery = 0; delivery < 3; delivery += 1) await at.next()

  expect(at.receipt()).toMatchObject({ before: { consent_sessions: 1 } })
  expect(at.receipt()?.notes).toContain(
    'looked at before the revocations only after others had been made blindly: there may have been more',
  )
})

test('gives a list that fails once three deliveries of its own, however often it waited before', async () => {
  const failing = { call: 'login alice', error: answered(429) as Error }
  const at = failingOry((call) => (call === failing.call ? failing.error : undefined))
  for (let delivery = 0; delivery < 4; delivery += 1) await at.next()
  Object.assign(failing, { call: 'list', error: answered(503) })
  await at.next()
  expect(at.receipt()).toBeUndefined()

  failing.call = 'nothing'
  await at.next()
  expect(at.receipt()?.after).toMatchObject({ consent_sessions: 0 })
})

test('calls sessions whose answers were lost requested, and leaves out what was never called', async () => {
  const at = failingOry((call) => (call.startsWith('login sid') ? answered(504) : undefined))
  await at.next()
  await at.next()
  expect(at.receipt()?.steps[0]).toMatchObject({ by: 'sid', status: 'requested', accepted: 0 })

  const never = failingOry((call) => (call === 'list' ? answered(503) : undefined))
  await never.next()
  never.clock.advance(120_000)
  await never.next()
  await never.next()
  expect(never.receipt()?.steps.map(({ by }) => by)).toEqual(['subject', 'subject'])
})

test('tells how long after the event all was seen gone, as long as somebody could look', async () => {
  const healthy = failingOry(() => undefined)
  await healthy.next()
  const blind = failingOry((call) => (call === 'list' ? answered(503) : undefined))
  for (let delivery = 0; delivery < 3; delivery += 1) await blind.next()

  const { receipt, metrics } = healthy
  expect(receipt()?.observed_after_ms).toBe(
    Date.parse(receipt()?.closed_at ?? '') - Date.parse('2026-01-02T03:04:00Z'),
  )
  expect(metrics.observations).toEqual([
    { lane: 'deletion', milliseconds: receipt()?.observed_after_ms },
  ])
  expect(blind.receipt()?.result).toBe('done')
  expect(blind.receipt()).not.toHaveProperty('observed_after_ms')
  expect(blind.metrics.observations).toEqual([])
})
