import type { OryOptions } from '@lapse/core/ory'
import type { OryEmulator, RateLimit } from '@lapse/ory-emulator'
import { Agent, type Dispatcher } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { startOwnEmulator } from './setup/own-emulator.ts'
import { apiError, configurationError } from './setup/thrown.ts'

const apiKey = 'ory_pat_a-key-of-the-contract-suite'
const never = { maxAttempts: 1 }

/** An emulator of Ory Network, and a client that has its key unless the options say otherwise. */
const startNetwork = (
  limits: Readonly<Record<string, RateLimit>> = {},
  options: Partial<OryOptions> = { retry: never },
) => startOwnEmulator({ network: { apiKey, limits } }, () => ({ apiKey, ...options }))

/** What was sent with each request, by path. */
const recordHeaders = () => {
  const sent = new Map<string, string>()
  const agent = new Agent()
  onTestFinished(() => agent.close())
  const dispatcher = agent.compose((dispatch) => (request: Dispatcher.DispatchOptions, handler) => {
    sent.set(request.path, String(request.headers))
    return dispatch(request, handler)
  })

  return { sent, dispatcher }
}

test('serves both sides at one address to who has the key', async () => {
  const { emulator, ory } = await startNetwork()

  const created = await ory.createOAuth2Client({ body: { grant_types: ['client_credentials'] } })

  expect(emulator.adminUrl).toBe(emulator.publicUrl)
  const { client_id, client_secret = '' } = created
  const basic = { client_id, client_secret }
  const { access_token } = await ory.oauth2TokenExchange({
    grant_type: 'client_credentials',
    basic,
  })
  expect(await ory.introspectOAuth2Token({ token: access_token })).toMatchObject({ active: true })
})

test.each([
  ['no key', undefined],
  ['another key', 'ory_pat_another'],
])('OryConfigurationError: the edge answers %s with 401', async (_what, wrong) => {
  const { ory } = await startNetwork({}, { apiKey: wrong })

  const error = await configurationError(ory.deleteOAuth2Client({ id: 'any' }))

  expect(error).toMatchObject({ reason: 'unauthorized', status: 401, configuration: true })
  expect(JSON.stringify(error)).not.toContain('ory_pat')
})

test('lets who has no key use the public side, whose 401 is about a client', async () => {
  const { ory } = await startNetwork({}, { apiKey: undefined })

  const error = await apiError(
    ory.revokeOAuth2Token({ token: 'any', basic: { client_id: 'a', client_secret: 'b' } }),
  )

  expect(error).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('sends the key to the admin side alone', async () => {
  const { sent, dispatcher } = recordHeaders()
  const { ory } = await startNetwork({}, { dispatcher, retry: never })

  await ory.introspectOAuth2Token({ token: 'any' })
  await apiError(ory.oauth2TokenExchange({ grant_type: 'client_credentials', client_id: 'a' }))
  await ory.oAuth2Authorize({ client_id: 'a' })

  expect(sent.get('/admin/oauth2/introspect')).toContain(`Bearer ${apiKey}`)
  const elsewhere = [...sent].filter(([path]) => !path.startsWith('/admin'))
  expect(elsewhere).toHaveLength(2)
  for (const [, headers] of elsewhere) expect(headers).not.toContain(apiKey)
})

test('OryApiError: the edge answers more than a bucket holds with 429 and says when it fills', async () => {
  const { emulator, ory } = await startNetwork({ 'admin-low': { perSecond: 9, perMinute: 2 } })
  const revoke = () => ory.revokeOAuth2LoginSessions({ subject: 'u1' })
  await revoke()
  await revoke()

  const error = await apiError(revoke())

  expect(error).toMatchObject({ status: 429, retryable: true, configuration: false })
  expect(error.retryAfterMs).toBeGreaterThan(50_000)
  expect(error.retryAfterMs).toBeLessThanOrEqual(60_000)
  emulator.clock.advance(60_000)
  expect(await revoke()).toBeUndefined()
})

test('drains one bucket by every operation of it, and no other bucket', async () => {
  const { ory } = await startNetwork({ 'admin-low': { perSecond: 9, perMinute: 2 } })
  await ory.revokeOAuth2LoginSessions({ subject: 'u1' })
  await ory.deleteOAuth2Token({ client_id: 'any' })

  const error = await apiError(ory.revokeOAuth2ConsentSessions({ subject: 'u1', all: true }))

  expect(error.status).toBe(429)
  expect(await ory.introspectOAuth2Token({ token: 'any' })).toEqual({ active: false })
})

/** Waiting lets the emulator's time pass, and none of ours. Deadlines are left to real time. */
const waitsInEmulatedTime = (
  deadlineMs: number,
  { clock }: OryEmulator,
  retry: OryOptions['retry'] = {},
): Partial<OryOptions> => ({
  attemptTimeoutMs: deadlineMs,
  timeoutMs: 10 * deadlineMs,
  retry: { floorMs: 1000, baseMs: 1000, capMs: 1000, ...retry },
  clock: {
    now: clock.now,
    setTimeout(callback, ms) {
      if (ms >= deadlineMs) return setTimeout(callback, ms)
      clock.advance(ms)
      return setTimeout(callback, 0)
    },
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  },
})

const twoAMinute = { 'admin-low': { perSecond: 9, perMinute: 2 } }

test('leaves the wait for a bucket that is empty to its caller, at once', async () => {
  const startedAt = Date.parse('2026-01-02T03:04:05Z')
  const { ory, emulator, askedFor } = await startOwnEmulator(
    { network: { apiKey, limits: twoAMinute }, now: () => startedAt },
    (started) => ({ apiKey, ...waitsInEmulatedTime(90_000, started) }),
  )
  await ory.revokeOAuth2LoginSessions({ subject: 'u1' })
  await ory.revokeOAuth2LoginSessions({ subject: 'u1' })

  const error = await apiError(ory.revokeOAuth2LoginSessions({ subject: 'u1' }))

  expect(error).toMatchObject({ status: 429, retryable: true, retryAfterMs: 59_000 })
  expect(askedFor('revokeOAuth2LoginSessions')).toBe(3)
  expect(emulator.clock.now()).toBe(startedAt)
})

test('gets through a bucket that is empty by waiting as long as the edge says, where it may', async () => {
  const startedAt = Date.parse('2026-01-02T03:04:05Z')
  const { ory, emulator, askedFor } = await startOwnEmulator(
    { network: { apiKey, limits: twoAMinute }, now: () => startedAt },
    (started) => ({
      apiKey,
      ...waitsInEmulatedTime(90_000, started, { askedCapMs: 60_000 }),
    }),
  )

  for (let revokes = 0; revokes < 5; revokes += 1) {
    await ory.revokeOAuth2LoginSessions({ subject: 'u1' })
  }

  // Two fill the bucket. The third and the fifth come to an empty one, and wait for the 59 seconds
  // that the edge names and one more, which it does not.
  expect(askedFor('revokeOAuth2LoginSessions')).toBe(5 + 2 * 2)
  expect(emulator.clock.now() - startedAt).toBe(2 * 60_000)
})
