import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import {
  claimsOf,
  introspected,
  isActive,
  type Registered,
  registered,
} from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered
let secret: string

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'worker: 1' })
  secret = client.client_secret
})

afterAll(() => ory.stop())

const token = (form: Record<string, string>, basic?: readonly [string, string]) =>
  ask('POST', ory.publicUrl, '/oauth2/token', { form, ...(basic && { basic }) })

const credentials = (form: Record<string, string> = {}) =>
  token({ grant_type: 'client_credentials', ...form }, [client.client_id, secret])

test('issues a token that introspection knows', async () => {
  const { status, headers, json, text } = await credentials({ scope: 'read write' })

  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  })
  expect(json).toEqual({
    access_token: expect.stringMatching(/^ory_at_[\w-]{43}\.[\w-]{43}$/),
    expires_in: 3599,
    scope: 'read write',
    token_type: 'bearer',
  })
  expect(text.endsWith('\n')).toBe(false)
  const { access_token } = json as { readonly access_token: string }
  const introspection = await introspected(ory, access_token)
  const now = Math.floor(Date.now() / 1000)
  expect(introspection.headers['cache-control']).toBeUndefined()
  expect(introspection.json).toEqual({
    active: true,
    scope: 'read write',
    client_id: 'worker: 1',
    sub: 'worker: 1',
    exp: expect.closeTo(now + 3600, -1),
    iat: expect.closeTo(now, -1),
    nbf: (introspection.json as { iat: number }).iat,
    aud: [],
    iss: ory.publicUrl,
    token_type: 'Bearer',
    token_use: 'access_token',
  })
})

test('issues a token without a scope, and leaves the scope out of its introspection', async () => {
  const { json } = await credentials()
  const { access_token, scope } = json as { access_token: string; scope: string }

  expect(scope).toBe('')
  expect((await introspected(ory, access_token)).json).not.toHaveProperty('scope')
})

test('grants the audience it is asked for', async () => {
  const { json } = await credentials({ audience: 'https://api.example' })

  const { access_token } = json as { readonly access_token: string }
  expect((await introspected(ory, access_token)).json).toMatchObject({
    aud: ['https://api.example'],
  })
})

test.each<[string, Record<string, string>, number, string, string]>([
  ['nothing', {}, 400, 'invalid_request', 'The POST body can not be empty.'],
  ['no grant type', { a: 'b' }, 400, 'invalid_request', "'grant_type' is missing"],
  ['an unknown grant type', { grant_type: 'x' }, 400, 'invalid_request', 'Make sure that the'],
  [
    'two grant types',
    { grant_type: 'client_credentials refresh_token' },
    400,
    'invalid_request',
    'Make sure that the',
  ],
  [
    'no credentials',
    { grant_type: 'client_credentials' },
    400,
    'invalid_request',
    'Client credentials missing or malformed in both',
  ],
  [
    'an unknown assertion type',
    { grant_type: 'client_credentials', client_assertion_type: 'x' },
    400,
    'invalid_request',
    "Unknown client_assertion_type 'x'.",
  ],
  [
    'an unknown client',
    { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x' },
    401,
    'invalid_client',
    'unsupported authentication method).',
  ],
])('refuses %s', async (_what, form, status, error, description) => {
  const answer = await token(form)

  expect(answer.status).toBe(status)
  expect(answer.json).toEqual({ error, error_description: expect.stringContaining(description) })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
  })
  expect(answer.headers['www-authenticate']).toBeUndefined()
})

test('refuses a JSON body as an empty one', async () => {
  const { json } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    json: { grant_type: 'client_credentials' },
    headers: { 'Content-Type': 'application/json' },
  })

  expect(json).toMatchObject({
    error_description: expect.stringMatching(/The POST body can not be empty\.$/),
  })
})

test('reads a multipart form, but no files', async () => {
  const file = 'Content-Disposition: form-data; name="grant_type"; filename="x"'
  const field = 'Content-Disposition: form-data; name="grant_type"'
  const body = ['--b', file, '', 'x', '--b', field, '', 'client_credentials', '--b--', '']
  const { json } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
    body: body.join('\r\n'),
  })

  expect(json).toMatchObject({
    error_description: expect.stringContaining('Client credentials missing or malformed'),
  })
})

test.each<[string, Record<string, string>, string]>([
  ['a scope of its own making', { scope: 'read admin' }, 'invalid_scope'],
  ['a foreign audience', { audience: 'https://other.example' }, 'invalid_request'],
])('refuses %s', async (_what, form, error) => {
  const { status, json } = await credentials(form)

  expect({ status, json }).toMatchObject({ status: 400, json: { error } })
})

test('refuses a wrong secret, and the right one in the wrong place', async () => {
  const wrong = await token({ grant_type: 'client_credentials' }, [client.client_id, 'wrong'])
  const posted = await token({
    grant_type: 'client_credentials',
    client_id: client.client_id,
    client_secret: secret,
  })

  expect(wrong).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
  expect(posted).toMatchObject({
    status: 401,
    json: {
      error_description: expect.stringContaining("but method 'client_secret_post' was requested."),
    },
  })
})

test('takes posted credentials from a client that is registered for them, and only those', async () => {
  const metadata = { token_endpoint_auth_method: 'client_secret_post' }
  const { client_id, client_secret } = await registered(ory, metadata)
  const form = { grant_type: 'client_credentials' }

  const posted = await token({ ...form, client_id, client_secret })
  const basic = await token(form, [client_id, client_secret])
  const both = await token({ ...form, client_id, client_secret }, [client_id, client_secret])

  expect(posted.status).toBe(200)
  expect(basic.status).toBe(401)
  expect(both.status).toBe(401)
})

test('takes a Basic header for credentials even where they are empty', async () => {
  const { client_id, client_secret } = client
  const form = { grant_type: 'client_credentials', client_id, client_secret }

  expect(await token(form, ['', 'x'])).toMatchObject({
    status: 401,
    json: { error_description: expect.stringMatching(/unsupported authentication method\)\.$/) },
  })
})

test('takes a Basic header that names no pair for none', async () => {
  const { json } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: 'client_credentials' },
    headers: { Authorization: `Basic ${Buffer.from('worker').toString('base64')}` },
  })

  expect(json).toMatchObject({
    error_description: expect.stringContaining('Client credentials missing or malformed'),
  })
})

test('wants Basic credentials form-encoded', async () => {
  const pair = Buffer.from('worker%3A 1:100%').toString('base64')

  const { status, json } = await ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: 'client_credentials' },
    headers: { Authorization: `Basic ${pair}` },
  })

  expect(status).toBe(400)
  expect(json).toMatchObject({
    error_description: expect.stringContaining(
      'The client secret in the HTTP authorization header',
    ),
  })
})

test('takes every secret a client was rotated out of', async () => {
  const { client_id, client_secret } = await registered(ory)
  const rotate = () => ask('POST', ory.adminUrl, `/admin/clients/${client_id}/secrets/rotate`)
  const { json } = await rotate()
  const form = { grant_type: 'client_credentials' }

  const old = await token(form, [client_id, client_secret])
  const current = await token(form, [client_id, (json as Registered).client_secret])

  expect([old.status, current.status]).toEqual([200, 200])
})

test('refuses a client that is not registered for the grant', async () => {
  const { client_id, client_secret } = await registered(ory, { grant_types: ['refresh_token'] })

  const { status, json } = await token({ grant_type: 'client_credentials' }, [
    client_id,
    client_secret,
  ])

  expect(status).toBe(400)
  expect(json).toEqual({
    error: 'unauthorized_client',
    error_description:
      "The client is not authorized to request a token using this method. The OAuth 2.0 Client is not allowed to use authorization grant 'client_credentials'.",
  })
})

test('refuses client credentials to a public client', async () => {
  const { client_id } = await registered(ory, { token_endpoint_auth_method: 'none' })

  const { json } = await token({ grant_type: 'client_credentials', client_id })

  expect(json).toMatchObject({ error: 'invalid_grant' })
})

test('honours a client’s own lifespan', async () => {
  const { client_id, client_secret } = await registered(ory, {
    client_credentials_grant_access_token_lifespan: '1m30s',
  })

  const { json } = await token({ grant_type: 'client_credentials' }, [client_id, client_secret])

  expect(json).toMatchObject({ expires_in: 89 })
})

test('lets tokens expire', async () => {
  await using aging = await startOryEmulator({ ttl: { accessToken: '60s' } })
  const { client_id, client_secret } = await registered(aging)
  const { json } = await ask('POST', aging.publicUrl, '/oauth2/token', {
    form: { grant_type: 'client_credentials' },
    basic: [client_id, client_secret],
  })
  const { access_token } = json as { readonly access_token: string }

  aging.clock.advance(59_000)
  expect(await isActive(aging, access_token)).toBe(true)
  aging.clock.advance(2_000)
  expect(await isActive(aging, access_token)).toBe(false)
})

test('issues JWTs to a client that wants them, and checks tokens as the client has it now', async () => {
  const metadata = { access_token_strategy: 'jwt' }
  const { client_id, client_secret } = await registered(ory, metadata)
  const issue = async () => {
    const form = { grant_type: 'client_credentials', scope: 'read' }
    const { json } = await token(form, [client_id, client_secret])
    return (json as { readonly access_token: string }).access_token
  }
  const strategy = (value: string) =>
    ask('PATCH', ory.adminUrl, `/admin/clients/${client_id}`, {
      json: [{ op: 'replace', path: '/access_token_strategy', value }],
    })
  const jwt = await issue()

  expect(claimsOf(jwt)).toEqual({
    aud: [],
    client_id,
    exp: expect.any(Number),
    ext: {},
    iat: expect.any(Number),
    iss: ory.publicUrl,
    jti: expect.any(String),
    nbf: expect.any(Number),
    scp: ['read'],
    sub: client_id,
  })
  expect(await isActive(ory, jwt)).toBe(true)

  await strategy('opaque')
  const opaque = await issue()
  expect(opaque).toMatch(/^ory_at_/)
  expect([await isActive(ory, jwt), await isActive(ory, opaque)]).toEqual([false, true])

  await strategy('jwt')
  expect([await isActive(ory, jwt), await isActive(ory, opaque)]).toEqual([true, false])
})

test('issues JWTs by default where it is told to', async () => {
  await using jwts = await startOryEmulator({ accessTokenStrategy: 'jwt' })
  const { client_id, client_secret } = await registered(jwts)
  const { json } = await ask('POST', jwts.publicUrl, '/oauth2/token', {
    form: { grant_type: 'client_credentials' },
    basic: [client_id, client_secret],
  })

  expect(claimsOf((json as { readonly access_token: string }).access_token)).toMatchObject({
    sub: client_id,
  })
})
