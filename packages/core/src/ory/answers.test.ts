import { afterEach, expect, test } from 'vitest'
import {
  ConfigError,
  OryApiError,
  OryConfigurationError,
  OryMismatchError,
  OryResponseError,
} from '../errors.ts'
import type { Ory } from './index.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

const mocked = mockedOry({ retry: { maxAttempts: 1 } })
const { ory, agent } = mocked

afterEach(() => agent.assertNoPendingInterceptors())

type Reply = {
  readonly status: number
  readonly text?: string | object
  readonly headers?: Record<string, string | string[]>
}

const answer = (side: 'admin' | 'public', { status, text = '', headers = {} }: Reply) =>
  mocked[side].intercept({ path: () => true, method: () => true }).reply(status, text, { headers })

const getClient = () => ory.getOAuth2Client({ id: 'c1' })
const deleteClient = () => ory.deleteOAuth2Client({ id: 'c1' })

test('keeps unknown fields and null lists', async () => {
  const text = { client_id: 'c1', redirect_uris: null, field_of_tomorrow: { x: 1 } }
  answer('admin', { status: 200, text })

  expect(await getClient()).toEqual(text)
})

const patch = [{ op: 'replace', path: '/owner', value: 'o' }] as const

const answeredWithClient: readonly [string, (id: string) => Promise<unknown>, number][] = [
  ['getOAuth2Client', (id) => ory.getOAuth2Client({ id }), 200],
  ['setOAuth2Client', (id) => ory.setOAuth2Client({ id, body: {} }), 200],
  ['patchOAuth2Client', (id) => ory.patchOAuth2Client({ id, body: patch }), 200],
  ['setOAuth2ClientLifespans', (id) => ory.setOAuth2ClientLifespans({ id, body: {} }), 200],
  ['rotateOAuth2ClientSecret', (id) => ory.rotateOAuth2ClientSecret({ id }), 200],
  ['deleteRotatedOAuth2ClientSecrets', (id) => ory.deleteRotatedOAuth2ClientSecrets({ id }), 200],
  ['createOAuth2Client', (id) => ory.createOAuth2Client({ body: { client_id: id } }), 201],
]

test.each(answeredWithClient)(
  '%s stops where another client is answered',
  async (op, call, status) => {
    const others = ['App', 'app ', 'ap', 'app/', 'a\u0308pp', '']
    for (const client_id of others) {
      answer('admin', { status, text: { client_id, client_secret: 'leaked' } })

      const error = await rejectionOf(call('app'))
      expect(error).toBeInstanceOf(OryMismatchError)
      expect(error).toMatchObject({
        code: 'ERR_ORY_MISMATCH',
        operation: op,
        retryable: false,
        message: `${op} was answered for another client than the one asked for`,
      })
    }
  },
)

test.each([
  ['listOAuth2Clients', 'owner', () => ory.listOAuth2Clients({ owner: 'bank' })],
  ['listOAuth2Clients', 'client_name', () => ory.listOAuth2Clients({ client_name: 'bank' })],
  [
    'listTrustedOAuth2JwtGrantIssuers',
    'issuer',
    () => ory.listTrustedOAuth2JwtGrantIssuers({ issuer: 'bank' }),
  ],
] as const)('%s stops where another %s is listed among those asked for', async (op, name, list) => {
  for (const other of ['Bank', 'bank ', 'b\u00e4nk', '']) {
    answer('admin', { status: 200, text: [{ [name]: 'bank' }, { [name]: other }] })

    const error = await rejectionOf(Promise.resolve(list()))
    expect(error).toBeInstanceOf(OryMismatchError)
    expect(error).toMatchObject({
      retryable: false,
      message: `${op} was answered for another ${name} than the one asked for`,
    })
  }
})

test.each(answeredWithClient)(
  '%s does not take for a client what has no client_id',
  async (_, call, status) => {
    for (const text of [{}, { client_id: null }, { client_id: 7 }]) {
      answer('admin', { status, text })

      expect(await rejectionOf(call('app'))).toBeInstanceOf(OryResponseError)
    }
  },
)

test.each(answeredWithClient)('%s takes the client that was asked for', async (_, call, status) => {
  answer('admin', { status, text: { client_id: 'app' } })

  expect(await call('app')).toEqual({ client_id: 'app' })
})

test('takes any client_id where the server is to choose it', async () => {
  answer('admin', { status: 201, text: { client_id: 'chosen' } })

  expect(await ory.createOAuth2Client({ body: {} })).toEqual({ client_id: 'chosen' })
})

test('answers a call without content with undefined', async () => {
  answer('admin', { status: 204 })
  expect(await deleteClient()).toBeUndefined()

  answer('public', { status: 200 })
  expect(await ory.revokeOAuth2Token({ token: 't', client_id: 'c' })).toBeUndefined()
})

test.each<[string, (ory: Ory) => Promise<unknown>]>([
  ['login', () => ory.getOAuth2LoginRequest({ login_challenge: 'x' })],
  ['consent', () => ory.getOAuth2ConsentRequest({ consent_challenge: 'x' })],
  ['logout', () => ory.getOAuth2LogoutRequest({ logout_challenge: 'x' })],
])('answers with the redirect of a %s request that was used (410)', async (_, call) => {
  const text = { redirect_to: 'https://public/oauth2/auth?x=y' }
  answer('admin', { status: 410, text })

  expect(await call(ory)).toEqual(text)
})

test('takes 410 for an error everywhere else', async () => {
  answer('admin', { status: 410, text: { redirect_to: '/x' } })

  expect(await rejectionOf(getClient())).toMatchObject({
    name: 'OryApiError',
    status: 410,
    rowMissing: false,
  })
})

test.each([302, 303])(
  'gives back a redirect (%i) and its cookies, and does not follow it',
  async (status) => {
    const headers = {
      location: 'https://login.test/?login_challenge=x',
      'set-cookie': ['a=1; Path=/', 'b=2'],
    }
    answer('public', { status, headers })

    expect(await ory.oAuth2Authorize({ client_id: 'c' })).toEqual({
      status,
      location: 'https://login.test/?login_challenge=x',
      set_cookie: ['a=1; Path=/', 'b=2'],
    })
  },
)

test('gives back no cookies where there are none', async () => {
  answer('public', { status: 302, headers: { location: '/next' } })

  expect((await ory.performOAuth2DeviceVerificationFlow({})).set_cookie).toEqual([])
})

const listClients = () => ory.listOAuth2Clients()
const verify = () => ory.performOAuth2DeviceVerificationFlow({})

test.each<[string, Reply, 'admin' | 'public', () => Promise<unknown>]>([
  ['no JSON', { status: 200, text: '<html>' }, 'admin', getClient],
  ['an empty body', { status: 200 }, 'admin', getClient],
  ['an array for an object', { status: 200, text: '[]' }, 'admin', getClient],
  ['null for an object', { status: 200, text: 'null' }, 'admin', getClient],
  ['an object for an array', { status: 200, text: '{}' }, 'admin', listClients],
  ['another status of success', { status: 202, text: '{}' }, 'admin', getClient],
  ['content where none belongs', { status: 200, text: '{}' }, 'admin', deleteClient],
  ['a redirect to nowhere', { status: 302 }, 'public', verify],
])('does not believe %s', async (_, reply, side, call) => {
  answer(side, reply)

  const error = await rejectionOf(call())
  expect(error).toBeInstanceOf(OryResponseError)
  expect(error).toMatchObject({ status: reply.status, code: 'ERR_ORY_RESPONSE' })
})

test.each([
  { error: 'Unable to locate the resource', error_description: '' },
  { error: 'Not Found', error_description: 'Unable to locate the requested resource' },
])('tells a missing row by its body: %j', async (body) => {
  answer('admin', { status: 404, text: body })

  const error = await rejectionOf(deleteClient())
  expect(error).toBeInstanceOf(OryApiError)
  expect(error).toMatchObject({
    status: 404,
    rowMissing: true,
    retryable: false,
    configuration: false,
    body,
  })
})

test.each<[string, string | object]>([
  [
    'the router',
    { error: { code: 404, message: 'Not Found', reason: 'The requested route does not exist.' } },
  ],
  [
    'the edge',
    { error: { code: 404, status: 'Not Found', request: 'r', message: 'unknown project' } },
  ],
  ['HTML', '<!DOCTYPE html><title>404</title>'],
  ['a web framework', { statusCode: 404, error: 'Not Found', message: 'Route not found' }],
  ['nobody', ''],
])('takes a 404 from %s for a wrong URL', async (_, text) => {
  answer('admin', { status: 404, text })

  const error = await rejectionOf(deleteClient())
  expect(error).toBeInstanceOf(OryConfigurationError)
  expect(error).toMatchObject({ reason: 'route-not-found', status: 404, configuration: true })
})

test.each([
  ['http://admin.test/admin', '/admin at the end of the admin URL is one too many'],
  ['http://admin.test/base/admin/', '/admin at the end of the admin URL is one too many'],
  ['http://admin.test/base', 'check the admin URL'],
  ['http://admin.test', 'check the admin URL'],
])('shows what was asked where %s does not know the route', async (adminUrl, advice) => {
  const { ory, admin } = mockedOry({ adminUrl })
  admin.intercept({ path: () => true }).reply(404, '404 page not found')
  const asked = `${adminUrl.replace(/\/$/, '')}/admin/clients/{id}`

  const error = await rejectionOf(ory.getOAuth2Client({ id: 's3cret' }))
  expect(error).toMatchObject({ reason: 'route-not-found', asked })
  expect((error as Error).message).toContain(`${asked} is not a route there (404): ${advice}`)
  expect((error as Error).message).not.toContain('s3cret')
})

test('says the same of the public URL', async () => {
  const { ory, public: open } = mockedOry({ publicUrl: 'http://public.test/oauth2' })
  open.intercept({ path: () => true, method: 'POST' }).reply(404, '404 page not found')

  await expect(
    ory.revokeOAuth2Token({ token: 't', basic: { client_id: 'c', client_secret: 's' } }),
  ).rejects.toThrow(
    'http://public.test/oauth2/oauth2/revoke is not a route there (404): /oauth2 at the end of the public URL is one too many',
  )
})

const envelope = (code: number) => ({ error: { code, reason: 'why', message: 'what' } })

test.each<[number, string, string | object]>([
  [401, 'unauthorized', envelope(401)],
  [401, 'unauthorized', ''],
  [401, 'unauthorized', { error: 'invalid_token', error_description: '' }],
  [403, 'forbidden', envelope(403)],
  [403, 'forbidden', ''],
  [405, 'route-not-found', 'Method Not Allowed'],
  [301, 'redirected', ''],
  [307, 'redirected', '<a href="/admin">Temporary Redirect</a>'],
  [400, 'tls', 'Client sent an HTTP request to an HTTPS server.\n'],
])(
  'takes %i (%s) from the admin side for a mistake of the deployment',
  async (status, reason, text) => {
    answer('admin', { status, text })

    const error = await rejectionOf(getClient())
    expect(error).toBeInstanceOf(OryConfigurationError)
    expect(error).toMatchObject({
      reason,
      status,
      configuration: true,
      code: 'ERR_ORY_CONFIGURATION',
    })
    expect((error as Error).message).toContain('http://admin.test')
    expect((error as Error).message).not.toContain('\n')
  },
)

test('takes the 401 of an expired challenge for what it is', async () => {
  const text = {
    error: 'request_unauthorized',
    error_description:
      'The request could not be authorized. The login request has expired, please try again.',
  }
  answer('admin', { status: 401, text })

  const error = await rejectionOf(ory.getOAuth2LoginRequest({ login_challenge: 'x' }))
  expect(error).toBeInstanceOf(OryApiError)
  expect(error).toMatchObject({ status: 401, retryable: false, configuration: false, body: text })
})

test.each([
  [401, 'invalid_client'],
  [403, 'access_denied'],
])(
  'takes %i %s from the public side for an answer about the OAuth 2.0 client',
  async (status, error) => {
    answer('public', { status, text: { error, error_description: '' } })

    const rejection = await rejectionOf(ory.revokeOAuth2Token({ token: 't', client_id: 'c' }))
    expect(rejection).toMatchObject({
      name: 'OryApiError',
      status,
      retryable: false,
      body: { error },
    })
  },
)

test('reads the envelope of the edge into the same two fields', async () => {
  answer('admin', { status: 429, text: envelope(429) })

  expect(await rejectionOf(getClient())).toMatchObject({
    status: 429,
    retryable: true,
    body: { error: 'what', error_description: 'why' },
  })
})

const conflict = 'Unable to serialize access due to a concurrent update in another session'

test.each<[number, object, boolean, boolean]>([
  [400, { error: 'invalid_request' }, false, false],
  [400, { error: conflict, error_description: '' }, true, false],
  [408, {}, true, false],
  [409, { error: 'exists already' }, false, false],
  [429, {}, true, false],
  [499, {}, true, true],
  [500, { error: 'error' }, true, true],
  [400, { error: 'x', error_description: 'HTTP request to an HTTPS server' }, false, false],
  [501, {}, false, true],
  [505, {}, false, true],
  [502, {}, true, true],
  [503, {}, true, true],
  [504, {}, true, true],
])(
  'says of %i %j whether it may pass, and whether the work may have been done',
  async (status, text, retryable, mayHaveRun) => {
    answer('admin', { status, text })

    expect(await rejectionOf(getClient())).toMatchObject({
      status,
      retryable,
      mayHaveRun,
      rowMissing: false,
    })
  },
)

test('takes the 500 of a patch for lasting', async () => {
  answer('admin', {
    status: 500,
    text: { error: 'error', error_description: 'The error is unrecognizable' },
  })

  const body = [{ op: 'remove', path: '/jwks_uri' }] as const
  expect(await rejectionOf(ory.patchOAuth2Client({ id: 'c', body }))).toMatchObject({
    status: 500,
    retryable: false,
  })
})

test('says how long the server asked to wait', async () => {
  answer('admin', { status: 429, headers: { 'x-ratelimit-reset': '41' } })

  expect(await rejectionOf(getClient())).toMatchObject({ retryAfterMs: 41_000 })
})

test('refuses a public operation where no public URL was given', async () => {
  const { ory: adminOnly } = mockedOry({ publicUrl: undefined })

  const error = await rejectionOf(adminOnly.revokeOAuth2Token({ token: 't', client_id: 'c' }))
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as Error).message).toBe('publicUrl is missing: revokeOAuth2Token needs it')
})

test.each([
  [{ adminUrl: undefined }, 'adminUrl'],
  [{ publicUrl: 'nowhere' }, 'publicUrl'],
  [{ apiKey: '' }, 'apiKey'],
  [{ apiKey: 'key\n' }, 'apiKey'],
  [{ apiKey: 'one two' }, 'apiKey'],
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [{ attemptTimeoutMs: Number.NaN }, 'attemptTimeoutMs'],
  [{ connections: -1 }, 'connections'],
  [{ maxPages: 0 }, 'maxPages'],
  [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts'],
])('refuses the options %j in one line', (options, name) => {
  const create = () => mockedOry(options as never)

  expect(create).toThrow(ConfigError)
  expect(create).toThrow(new RegExp(`^${name} [^\\n]+$`))
})

test('has 34 methods, and nothing else to be listed', () => {
  expect(Object.keys(ory)).toHaveLength(34)
  expect(Object.values(ory).every((method) => typeof method === 'function')).toBe(true)
})
