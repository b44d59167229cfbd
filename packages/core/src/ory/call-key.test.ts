import { afterEach, expect, test } from 'vitest'
import { ConfigError, OryApiError, OryConfigurationError } from '../errors.ts'
import type { ApiKeys } from './index.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

/** Keys in the order in which they are given; what the source was asked and told is kept. */
const keysInOrder = (...keys: readonly string[]) => {
  const asked: (readonly string[])[] = []
  const worked: string[] = []
  const source: ApiKeys = {
    current: async () => keys[0] ?? '',
    another: async (refused) => {
      asked.push([...refused])
      return keys.find((key) => !refused.includes(key))
    },
    worked: (key) => worked.push(key),
  }
  return { source, asked, worked }
}

let mocked = mockedOry()
afterEach(() => {
  mocked.agent.assertNoPendingInterceptors()
  expect(mocked.pending()).toBe(0)
})

interface Received {
  readonly method: string
  readonly path: string
  readonly headers: object
  readonly body: string
}

/** Answers one request, and keeps it. */
const answer = (received: Received[], status: number, body: object | ((key: string) => object)) =>
  mocked.admin.intercept({ path: () => true, method: () => true }).reply(status, (request) => {
    const headers = Object.fromEntries(new Headers(request.headers as Record<string, string>))
    received.push({ ...request, headers, body: String(request.body ?? '') })
    return typeof body === 'function' ? body(headers['authorization'] ?? '') : body
  })

const keysOf = (received: readonly Received[]) =>
  received.map(({ headers }) => (headers as Record<string, string>)['authorization'])

const edge401 = {
  error: { code: 401, status: 'Unauthorized', reason: 'Access credentials are not sufficient' },
}
const expired = {
  error: 'request_unauthorized',
  error_description: 'The login request has expired, please try again.',
}

test('sends the same request again with another key, whatever the operation is', async () => {
  const { source, asked, worked } = keysInOrder('old', 'new')
  mocked = mockedOry({ apiKey: source })
  const received: Received[] = []
  answer(received, 401, edge401)
  answer(received, 201, { client_id: 'c' })

  const body = { client_name: 'ü' }
  expect(await mocked.ory.createOAuth2Client({ body })).toMatchObject({ client_id: 'c' })

  expect(keysOf(received)).toEqual(['Bearer old', 'Bearer new'])
  const [first, second] = received.map(({ headers: _headers, ...request }) => request)
  expect(second).toEqual(first)
  expect(asked).toEqual([['old']])
  expect(worked).toEqual(['new'])
  expect(mocked.elapsedMs()).toBe(0)
})

test('costs no attempt, and keeps the key that was accepted for the attempts that follow', async () => {
  const { source, worked } = keysInOrder('old', 'new')
  mocked = mockedOry({ apiKey: source, retry: { maxAttempts: 2 } })
  const received: Received[] = []
  answer(received, 401, edge401)
  answer(received, 503, {})
  answer(received, 204, {})

  await mocked.settle(mocked.ory.revokeOAuth2LoginSessions({ subject: 'alice' }))

  expect(keysOf(received)).toEqual(['Bearer old', 'Bearer new', 'Bearer new'])
  expect(worked).toEqual(['new'])
})

test('ends as a configuration error where every key was refused, each of them once', async () => {
  const { source, asked, worked } = keysInOrder('old', 'new', 'newer')
  mocked = mockedOry({ apiKey: source })
  const received: Received[] = []
  for (let times = 0; times < 3; times += 1) answer(received, 401, edge401)

  const error = await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))

  expect(error).toBeInstanceOf(OryConfigurationError)
  expect(error).toMatchObject({ reason: 'unauthorized', status: 401 })
  expect(keysOf(received)).toEqual(['Bearer old', 'Bearer new', 'Bearer newer'])
  expect(asked).toEqual([['old'], ['old', 'new'], ['old', 'new', 'newer']])
  expect(worked).toEqual([])
})

test('takes no key that this call was refused already', async () => {
  const { source } = keysInOrder('old')
  mocked = mockedOry({ apiKey: { ...source, another: async () => 'old' } })
  const received: Received[] = []
  answer(received, 401, edge401)

  const error = await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(error).toMatchObject({ reason: 'unauthorized' })
})

test.each([
  ['403', 403, edge401],
  ['an expired challenge', 401, expired],
])('asks for no other key after %s', async (_what, status, body) => {
  const { source, asked } = keysInOrder('old', 'new')
  mocked = mockedOry({ apiKey: source })
  answer([], status, body)

  await rejectionOf(mocked.ory.getOAuth2LoginRequest({ login_challenge: 'ch' }))
  expect(asked).toEqual([])
})

test('asks for no other key where a client is refused on the public side', async () => {
  const { source, asked } = keysInOrder('old', 'new')
  mocked = mockedOry({ apiKey: source })
  const any = { path: () => true, method: () => true } as const
  mocked.public.intercept(any).reply(401, { error: 'invalid_client' })

  const call = mocked.ory.revokeOAuth2Token({ token: 't', client_id: 'c' })
  expect(await rejectionOf(call)).toBeInstanceOf(OryApiError)
  expect(asked).toEqual([])
})

test('tells the source nothing of a key that it gave to begin with', async () => {
  const { source, worked } = keysInOrder('old')
  mocked = mockedOry({ apiKey: source })
  answer([], 204, {})

  await mocked.ory.revokeOAuth2LoginSessions({ subject: 'alice' })
  expect(worked).toEqual([])
})

test('does not call a key accepted because the server failed', async () => {
  const { source, worked } = keysInOrder('old', 'new')
  mocked = mockedOry({ apiKey: source, retry: { maxAttempts: 1 } })
  answer([], 401, edge401)
  answer([], 500, {})

  await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(worked).toEqual([])
})

test('ends with the refusal where looking for another key took all the time', async () => {
  const { source } = keysInOrder('old', 'new')
  const another: ApiKeys['another'] = async (refused) => {
    mocked.clock.setTimeout(() => {}, 5000)
    mocked.fireNext()
    return source.another(refused)
  }
  mocked = mockedOry({ apiKey: { ...source, another }, timeoutMs: 5000 })
  answer([], 401, edge401)

  const error = await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(error).toMatchObject({ reason: 'unauthorized' })
})

test('sends nothing with a key that cannot be one', async () => {
  const { source } = keysInOrder('old', 'new\n')
  mocked = mockedOry({ apiKey: source })
  answer([], 401, edge401)

  const error = await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).not.toContain('new')
})

test('ends as an earlier attempt did where the next key cannot be one', async () => {
  const { source } = keysInOrder('old', 'new\n')
  mocked = mockedOry({ apiKey: source })
  answer([], 503, {})
  answer([], 401, edge401)

  const call = mocked.settle(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(await rejectionOf(call)).toMatchObject({ name: 'OryApiError', status: 503 })
})

test('takes the key that an attempt was made with out of what the server says', async () => {
  const { source } = keysInOrder('plain-old-key', 'plain-new-key')
  mocked = mockedOry({ apiKey: source })
  answer([], 401, edge401)
  answer([], 409, (key) => ({ error: 'conflict', error_description: `not with ${key}` }))

  const error = await rejectionOf(mocked.ory.createOAuth2Client({ body: {} }))
  expect(error).toMatchObject({ body: { error_description: 'not with […]' } })
})
