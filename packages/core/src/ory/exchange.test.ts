import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { OryAbortedError, OryApiError, OryTransportError } from '../errors.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'
import { mayHaveBeenSeen } from './transport/failure.ts'

let mocked = mockedOry()
afterEach(() => {
  mocked.agent.assertNoPendingInterceptors()
  expect(mocked.pending()).toBe(0)
  mocked = mockedOry()
})

const any = { path: () => true, method: () => true } as const

const answer = (status: number, headers: Record<string, string> = {}, text: string | object = '') =>
  mocked.admin.intercept(any).reply(status, text, { headers })
const fail = (code: string) =>
  mocked.admin.intercept(any).replyWithError(Object.assign(new Error('low level'), { code }))

const repeatable = () => mocked.ory.revokeOAuth2LoginSessions({ subject: 'alice' })
const unrepeatable = () => mocked.ory.rotateOAuth2ClientSecret({ id: 'c1' })

/** Until the only timer left is the wait for another attempt, and not the bound of one under way. */
const waiting = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
  expect(mocked.pending()).toBe(1)
}

const conflict = {
  error: 'Unable to serialize access due to a concurrent update in another session',
  error_description: '',
}

test.each([429, 499, 500, 502, 503, 504])(
  'sends a repeatable call again after %i',
  async (status) => {
    answer(status)
    answer(status)
    answer(204)

    expect(await mocked.settle(repeatable())).toBeUndefined()
    expect(mocked.elapsedMs()).toBe(500 + 1000)
  },
)

test('sends a repeatable call again after a serialization conflict', async () => {
  answer(400, {}, conflict)
  answer(204)

  await mocked.settle(repeatable())
})

test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNREFUSED', 'ETIMEDOUT', 'EAI_AGAIN'])(
  'sends a repeatable call again after %s',
  async (code) => {
    fail(code)
    answer(204)

    await mocked.settle(repeatable())
    expect(mocked.elapsedMs()).toBe(500)
  },
)

test.each([400, 401, 403, 404, 409, 501])('does not send a call again after %i', async (status) => {
  answer(status)

  await rejectionOf(mocked.settle(repeatable()))
  expect(mocked.elapsedMs()).toBe(0)
})

test.each([429, 499, 500, 502, 503, 504])(
  'does not send a call again after %i that is not repeatable',
  async (status) => {
    answer(status)

    expect(await rejectionOf(mocked.settle(unrepeatable()))).toMatchObject({
      status,
      retryable: true,
    })
    expect(mocked.elapsedMs()).toBe(0)
  },
)

test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])(
  'leaves open whether an unrepeatable call ran after %s',
  async (code) => {
    fail(code)

    const error = await rejectionOf(mocked.settle(unrepeatable()))
    expect(error).toBeInstanceOf(OryTransportError)
    expect(error).toMatchObject({ reason: 'reset', mayHaveRun: true })
  },
)

test.each([
  ['ENOTFOUND', 'dns'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
])('alarms at once after %s', async (code, reason) => {
  fail(code)

  const error = await rejectionOf(mocked.settle(repeatable()))
  expect(error).toMatchObject({
    name: 'OryConfigurationError',
    reason,
    configuration: true,
    cause: { code },
  })
  expect(mocked.elapsedMs()).toBe(0)
})

test.each([
  ['ECONNREFUSED', false],
  ['ENOTFOUND', false],
  ['CERT_HAS_EXPIRED', false],
  ['UND_ERR_CONNECT_TIMEOUT', false],
  ['UND_ERR_INVALID_ARG', false],
  ['UND_ERR_DESTROYED', false],
  ['ETIMEDOUT', true],
  ['UND_ERR_HEADERS_TIMEOUT', true],
  ['HPE_INVALID_CONSTANT', true],
  ['', true],
])('knows of %j whether the request may have been seen', (code, mayHaveRun) => {
  const error = Object.assign(new Error('low level'), { code })

  expect(mayHaveBeenSeen({ lost: 'failed', started: false, error })).toBe(mayHaveRun)
  expect(mayHaveBeenSeen({ lost: 'failed', started: true, error })).toBe(true)
})

test.each([
  ['ECONNREFUSED', 'http://admin.test gave no answer: ECONNREFUSED'],
  ['ENOTFOUND', 'the name in http://admin.test cannot be looked up (ENOTFOUND)'],
  [
    'CERT_HAS_EXPIRED',
    'http://admin.test offers no TLS connection that can be trusted (CERT_HAS_EXPIRED)',
  ],
])('names the server that %s is about', async (code, message) => {
  mocked = mockedOry({ retry: { maxAttempts: 1 } })
  fail(code)

  const error = await rejectionOf(mocked.settle(repeatable()))
  expect(error).toMatchObject({ message: `revokeOAuth2LoginSessions: ${message}` })
})

test('does not send a call again after a failure it does not know', async () => {
  fail('HPE_INVALID_CONSTANT')

  expect(await rejectionOf(mocked.settle(repeatable()))).toMatchObject({ reason: 'unknown' })
})

test('sends a patch again only where it sets members by name', async () => {
  const patch = (op: 'replace' | 'remove') =>
    mocked.ory.patchOAuth2Client({
      id: 'c1',
      body: op === 'remove' ? [{ op, path: '/owner' }] : [{ op, path: '/owner', value: 'o' }],
    })
  answer(503)
  answer(200, {}, { client_id: 'c1' })
  await mocked.settle(patch('replace'))

  answer(503)
  expect(await rejectionOf(mocked.settle(patch('remove')))).toMatchObject({ status: 503 })
})

test('sends a revocation again, but for an assertion that is used up', async () => {
  mocked.public.intercept(any).reply(503)
  mocked.public.intercept(any).reply(200)
  await mocked.settle(mocked.ory.revokeOAuth2Token({ token: 't', client_id: 'c' }))

  mocked.public.intercept(any).reply(503)
  const call = mocked.ory.revokeOAuth2Token({ token: 't', client_assertion: 'j' })
  expect(await rejectionOf(mocked.settle(call))).toMatchObject({ status: 503 })
})

test('does not send a patch again after 500', async () => {
  answer(500)

  const body = [{ op: 'replace', path: '/owner', value: 'o' }] as const
  await rejectionOf(mocked.settle(mocked.ory.patchOAuth2Client({ id: 'c1', body })))
  expect(mocked.elapsedMs()).toBe(0)
})

test('waits as long as the server asks', async () => {
  answer(429, { 'x-ratelimit-reset': '5' })
  answer(503, { 'retry-after': '3' })
  answer(204)

  await mocked.settle(repeatable())
  expect(mocked.elapsedMs()).toBe(5000 + 3000)
})

test.each([
  [429, { 'x-ratelimit-reset': '6' }, 6000],
  [429, { 'retry-after': '5.001' }, 5001],
  [503, { 'retry-after': '60' }, 60_000],
  [429, { 'x-ratelimit-reset': ['0', '41'] as unknown as string, 'retry-after': '1' }, 41_000],
])('ends at once with the %i that asks for a longer wait: %j', async (status, headers, ms) => {
  answer(status, headers)

  const error = await rejectionOf(mocked.settle(repeatable()))
  expect(error).toBeInstanceOf(OryApiError)
  expect(error).toMatchObject({ status, retryAfterMs: ms, retryable: true })
  expect(mocked.elapsedMs()).toBe(0)
})

test('sleeps through a longer wait where its caller has the time', async () => {
  mocked = mockedOry({ retry: { askedCapMs: 20_000 } })
  answer(429, { 'x-ratelimit-reset': '17' })
  answer(204)

  await mocked.settle(repeatable())
  expect(mocked.elapsedMs()).toBe(17_000)
})

test('says of a server that asks for a long wait that an earlier attempt may have run', async () => {
  fail('ECONNRESET')
  answer(429, { 'retry-after': '60' })

  expect(await rejectionOf(mocked.settle(repeatable()))).toMatchObject({
    status: 429,
    mayHaveRun: true,
  })
})

test('falls back on the exponential where the server asks for nought', async () => {
  answer(429, { 'x-ratelimit-reset': '0' })
  answer(429, { 'x-ratelimit-reset': '0' })
  answer(204)

  await mocked.settle(repeatable())
  expect(mocked.elapsedMs()).toBe(500 + 1000)
})

test('waits no longer than its jitter says, and no less than its floor', async () => {
  mocked = mockedOry({ random: () => 0 })
  answer(503)
  answer(204)

  await mocked.settle(repeatable())
  expect(mocked.elapsedMs()).toBe(50)
})

test('gives up after its attempts, with the last error', async () => {
  mocked = mockedOry({ retry: { maxAttempts: 3 } })
  answer(503)
  answer(503)
  answer(502)

  expect(await rejectionOf(mocked.settle(repeatable()))).toMatchObject({ status: 502 })
  expect(mocked.elapsedMs()).toBe(500 + 1000)
})

test('gives up at once where the wait would outlast the time for the call', async () => {
  answer(429, { 'x-ratelimit-reset': '4' })

  const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'alice' }, { timeoutMs: 4000 })
  const error = await rejectionOf(mocked.settle(call))
  expect(error).toBeInstanceOf(OryApiError)
  expect(error).toMatchObject({ status: 429, retryAfterMs: 4000 })
  expect(mocked.elapsedMs()).toBe(0)
})

test('says that an earlier attempt may have run, whatever the last one says', async () => {
  mocked = mockedOry({ retry: { maxAttempts: 2 } })
  fail('ECONNRESET')
  answer(429)

  expect(await rejectionOf(mocked.settle(repeatable()))).toMatchObject({
    status: 429,
    mayHaveRun: true,
  })
})

test('ends an attempt at its deadline, and the call at its own', async () => {
  mocked = mockedOry({ attemptTimeoutMs: 1000, timeoutMs: 2200 })
  mocked.admin.intercept(any).reply(204).delay(3_600_000).times(2)

  const error = await rejectionOf(mocked.settle(repeatable()))
  expect(error).toBeInstanceOf(OryTransportError)
  expect(error).toMatchObject({ reason: 'timeout', mayHaveRun: true })
  expect(mocked.elapsedMs()).toBe(2200)
})

test('sends nothing where no time is left', async () => {
  const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { timeoutMs: 0 })

  expect(await rejectionOf(call)).toMatchObject({ reason: 'timeout', mayHaveRun: false })
})

test('sends nothing where the signal was aborted before', async () => {
  const call = mocked.ory.revokeOAuth2LoginSessions(
    { subject: 'a' },
    { signal: AbortSignal.abort() },
  )

  const error = await rejectionOf(call)
  expect(error).toBeInstanceOf(OryAbortedError)
  expect(error).toMatchObject({ mayHaveRun: false })
})

test('ends while an answer is awaited, when the signal is aborted', async () => {
  const abort = new AbortController()
  mocked.admin.intercept(any).reply(204).delay(3_600_000)
  const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { signal: abort.signal })
  setImmediate(() => abort.abort())

  expect(await rejectionOf(call)).toMatchObject({ name: 'OryAbortedError', mayHaveRun: true })
})

test.each<[string, () => unknown, object]>([
  ['a 429', () => answer(429), { name: 'OryApiError', status: 429, mayHaveRun: false }],
  ['a 503', () => answer(503), { name: 'OryApiError', status: 503, mayHaveRun: true }],
  [
    'a cut connection',
    () => fail('ECONNRESET'),
    { name: 'OryTransportError', reason: 'reset', mayHaveRun: true },
  ],
  [
    'a refused connection',
    () => fail('ECONNREFUSED'),
    { name: 'OryTransportError', reason: 'connect', mayHaveRun: false },
  ],
])(
  'ends as what it saw last, %s, when its caller cuts the wait after it',
  async (...[, arrange, seen]) => {
    const abort = new AbortController()
    arrange()
    const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { signal: abort.signal })
    await waiting()
    abort.abort()

    expect(await rejectionOf(call)).toMatchObject(seen)
  },
)

test('ends as what it saw last, when its caller ends the call just before the next attempt', async () => {
  const abort = new AbortController()
  answer(429)
  const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { signal: abort.signal })
  await waiting()
  mocked.fireNext()
  abort.abort()

  expect(await rejectionOf(call)).toMatchObject({ name: 'OryApiError', status: 429 })
})

test('leaves open what an attempt came to that its caller ended on the wire, whatever it saw before', async () => {
  const abort = new AbortController()
  answer(429)
  mocked.admin.intercept(any).reply(204).delay(3_600_000)
  const call = mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { signal: abort.signal })
  await waiting()
  mocked.fireNext()
  setImmediate(() => abort.abort())

  expect(await rejectionOf(call)).toMatchObject({ name: 'OryAbortedError', mayHaveRun: true })
})

test('leaves no listener on the signal of the caller', async () => {
  let listeners = 0
  const { signal } = new AbortController()
  const counted = Object.assign(signal, {
    addEventListener: () => {
      listeners += 1
    },
    removeEventListener: () => {
      listeners -= 1
    },
  })
  answer(503)
  answer(204)

  await mocked.settle(mocked.ory.revokeOAuth2LoginSessions({ subject: 'a' }, { signal: counted }))
  expect(listeners).toBe(0)
})

test('sends an unrepeatable call at most once, whatever comes back', () => {
  const outcome = fc.oneof(
    fc.integer({ min: 300, max: 599 }).map((status) => () => answer(status)),
    fc
      .constantFrom('ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT')
      .map((code) => () => fail(code)),
  )

  return fc.assert(
    fc.asyncProperty(outcome, async (arrange) => {
      mocked = mockedOry()
      arrange()
      await rejectionOf(mocked.settle(unrepeatable()))
      expect(mocked.elapsedMs()).toBe(0)
      mocked.agent.assertNoPendingInterceptors()
    }),
  )
})
