import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { claimsOf, type Registered, redirectUri, registered } from '../testing/registered.ts'
import { halfHash } from '../tokens/issue.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'app' })
})

afterAll(() => ory.stop())

/** What the authorization endpoint says to a bare request: its Location, taken apart. */
async function redirected(parameters: Record<string, string> = {}, of = client) {
  const query = new URLSearchParams({
    client_id: of.client_id,
    response_type: 'code',
    redirect_uri: of.redirect_uri,
    scope: 'openid read',
    state: 'state-of-the-client',
    ...parameters,
  })
  const { status, headers } = await ask('GET', ory.publicUrl, `/oauth2/auth?${query}`)
  const location = String(headers['location'])
  const { searchParams, hash } = new URL(location)
  const answer = new URLSearchParams(hash === '' ? searchParams : hash.slice(1))
  return { status, location, headers, ...Object.fromEntries(answer) } as Record<string, unknown>
}

/** The whole way, with the response in the client's hands as it was sent there. */
async function response(parameters: Record<string, string>, options: object = {}) {
  const browser = createBrowser()
  const login = await startAuthorization({
    ...ory,
    browser,
    client,
    subject: 'alice',
    parameters: { code_challenge: '', code_challenge_method: '', ...parameters },
    ...options,
  })
  const accepted = await (await (await login.accept()).proceed()).accept()
  const landing = await browser.get(accepted.redirectTo)
  const { search, hash } = new URL(landing.location ?? 'none:')
  const parts = Object.fromEntries(new URLSearchParams(hash.slice(1) || search.slice(1)))
  return { landing, inFragment: hash !== '', parts }
}

test('sends a browser without a login to the login app, with a cookie to come back with', async () => {
  const { status, location, headers } = await redirected()

  expect(status).toBe(302)
  expect(location).toMatch(
    new RegExp(`^${ory.publicUrl}/oauth2/fallbacks/login\\?login_challenge=`),
  )
  expect(headers).toMatchObject({
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    'content-type': 'text/html; charset=utf-8',
    'set-cookie': [
      expect.stringMatching(/^ory_hydra_login_csrf_dev_\d+=.*; Max-Age=1800; HttpOnly/),
    ],
  })
})

test('takes a posted request as well', async () => {
  const form = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    state: 'state-of-the-client',
  }

  const { status, headers, text } = await ask('POST', ory.publicUrl, '/oauth2/auth', { form })

  expect({ status, text }).toEqual({ status: 302, text: '' })
  expect(headers['location']).toContain('login_challenge=')
})

test.each([
  ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
  ['a foreign redirect URI', { redirect_uri: 'https://evil.example' }, 'invalid_request'],
  ['an unknown response mode', { response_mode: 'pigeon' }, 'unsupported_response_mode'],
])('tells the error page, not the client, of %s', async (_what, parameters, error) => {
  const answer = await redirected(parameters)

  expect(answer).toMatchObject({ status: 302, error })
  expect(answer['location']).toMatch(new RegExp(`^${ory.publicUrl}/oauth2/fallbacks/error`))
})

test.each<[string, Record<string, string>, string, string]>([
  ['a scope that is not its own', { scope: 'admin' }, 'invalid_scope', "request scope 'admin'."],
  ['a foreign audience', { audience: 'https://x' }, 'invalid_request', "audience 'https://x'"],
  ['a foreign response type', { response_type: 'x' }, 'unsupported_response_type', "type 'x'."],
  ['no response type', { response_type: '' }, 'unsupported_response_type', 'is missing the'],
  ['a registration', { registration: '{}' }, 'registration_not_supported', 'registration'],
  ['a short state', { state: '1234567' }, 'invalid_state', 'at least be 8 characters'],
  ['prompt none without a login', { prompt: 'none' }, 'login_required', 'no existing login'],
])('tells the client of %s', async (_what, parameters, error, description) => {
  const answer = await redirected(parameters)

  expect(answer).toMatchObject({
    status: 303,
    error,
    error_description: expect.stringContaining(description),
    state: parameters['state'] ?? 'state-of-the-client',
  })
  expect(answer['location']).toMatch(/^https:\/\/app\.example\/callback\?error=/)
  expect(answer['headers']).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
})

test('tells the client of a missing state', async () => {
  expect(await redirected({ state: '' })).toMatchObject({ error: 'invalid_state', state: '' })
  const query = new URLSearchParams({ client_id: 'app', response_type: 'code' })
  const { headers } = await ask('GET', ory.publicUrl, `/oauth2/auth?${query}`)
  expect(headers['location']).toMatch(/&state=$/)
})

test.each(['CODE', 'ID_TOKEN code', 'code  id_token'])(
  'takes the response type "%s", in any order and case',
  async (response_type) => {
    expect((await redirected({ response_type }))['location']).toContain('login_challenge=')
  },
)

test('wants a redirect URI for a hybrid response, openid or not', async () => {
  const parameters = { response_type: 'code id_token', nonce: 'long enough', redirect_uri: '' }

  const { parts } = await response(parameters, { scope: 'read' })

  expect(parts).toMatchObject({ error: 'invalid_request' })
})

test('takes eight characters of state, and not seven', async () => {
  expect(await redirected({ state: '12345678' })).toMatchObject({ status: 302 })
})

test.each([
  ['query', '?error='],
  ['fragment', '#error='],
])('tells errors in the response mode %s', async (response_mode, mark) => {
  const { location } = await redirected({ response_mode, scope: 'admin' })

  expect(location).toContain(mark)
})

test('tells errors by a form that posts itself', async () => {
  const query = new URLSearchParams({
    client_id: 'app',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: '"<admin>"',
    response_mode: 'form_post',
  })

  const { status, headers, text } = await ask('GET', ory.publicUrl, `/oauth2/auth?${query}`)

  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/html;charset=UTF-8')
  expect(text).toContain(`action="${redirectUri}"`)
  expect(text).toContain('name="error" value="invalid_scope"')
  expect(text).not.toContain('<admin>')
})

test('prefers the fragment as soon as tokens were asked for', async () => {
  const { location } = await redirected({ response_type: 'token', state: 'short' })

  expect(location).toContain('#error=invalid_state')
})

test('asks public clients for a redirect URI that is theirs, on any port of this machine', async () => {
  const native = await registered(ory, {
    redirect_uris: ['http://127.0.0.1/cb', 'http://localhost/cb'],
    token_endpoint_auth_method: 'none',
  })
  const status = async (redirect_uri: string) =>
    (await redirected({ redirect_uri }, native))['location']

  expect(await status('http://127.0.0.1:4711/cb')).toContain('login_challenge=')
  expect(await status('http://127.0.0.1:4711/other')).toContain('error=invalid_request')
  expect(await status('http://127.0.0.1:4711/cb?x=1')).toContain('error=invalid_request')
  expect(await status('http://127.0.0.1:4711/cb#x')).toContain('error=invalid_request')
  expect(await status('http://localhost:4711/cb')).toContain('error=invalid_request')
  expect(await status('nowhere')).toContain('error=invalid_request')
})

test('keeps the query of a redirect URI', async () => {
  const withQuery = await registered(ory, { redirect_uris: ['https://app.example/cb?a=1'] })

  const answer = await redirected(
    { redirect_uri: 'https://app.example/cb?a=1', scope: 'admin' },
    withQuery,
  )

  expect(answer).toMatchObject({ a: '1', error: 'invalid_scope' })
})

test('needs no redirect URI from a client that has just one, except for OpenID Connect', async () => {
  const plain = await redirected({ redirect_uri: '', scope: 'read' })
  const openId = await redirected({ redirect_uri: '' })

  expect(plain['location']).toContain('login_challenge=')
  expect(openId).toMatchObject({ error: 'invalid_request' })
})

test.each<[string, string, string[]]>([
  ['code', 'openid read', ['code', 'scope', 'state']],
  ['token', 'openid read', ['access_token', 'expires_in', 'token_type', 'scope', 'state']],
  ['id_token', 'openid read', ['id_token', 'state']],
  ['code id_token', 'openid read', ['code', 'id_token', 'state']],
  ['code id_token', 'read', ['code', 'state']],
  [
    'token id_token',
    'openid read',
    ['access_token', 'expires_in', 'token_type', 'id_token', 'scope', 'state'],
  ],
])('answers %s with scope %s', async (response_type, scope, members) => {
  const nonce = 'a nonce of the client'

  const { inFragment, parts } = await response({ response_type, nonce }, { scope })

  expect(Object.keys(parts).sort()).toEqual([...members].sort())
  expect(inFragment).toBe(response_type !== 'code')
  if (parts['id_token']) {
    const claims = claimsOf(parts['id_token'])
    expect(claims).toMatchObject({ nonce, sub: 'alice', aud: ['app'] })
    expect('c_hash' in claims).toBe(response_type.includes('code'))
    expect('at_hash' in claims).toBe(response_type.startsWith('token'))
  }
})

test.each<[string, string, Record<string, string>]>([
  ['id_token', 'unsupported_response_type', { scope: 'read' }],
  ['id_token', 'invalid_request', { nonce: '' }],
  ['id_token', 'insufficient_entropy', { nonce: 'short' }],
  ['code id_token', 'invalid_request', { nonce: '' }],
  ['token', 'unsupported_response_mode', { response_mode: 'query' }],
])('refuses %s with %s at the end of the flow', async (response_type, error, parameters) => {
  const { parts } = await response({ response_type, nonce: 'long enough', ...parameters })

  expect(parts).toMatchObject({ error, state: expect.any(String) })
})

test('takes a challenge without a method for a plain one', async () => {
  const { status, location } = await redirected({ code_challenge: 'x' })
  expect({ status, location }).toMatchObject({ status: 302 })

  const { parts } = await response({ code_challenge: 'x' })
  expect(parts).toMatchObject({ error: 'invalid_request' })
})

test.each([
  ['plain', 'Clients must use code_challenge_method=S256, plain is not allowed.'],
  ['', 'Clients must use code_challenge_method=S256, plain is not allowed.'],
  ['S512', 'The code_challenge_method is not supported, use S256 instead.'],
])('refuses the challenge method "%s" at the end of the flow', async (method, description) => {
  const { parts } = await response({ code_challenge: 'x', code_challenge_method: method })

  expect(parts).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringContaining(description),
  })
})

test('refuses an implicit response to a client without that grant', async () => {
  const plain = await registered(ory, { grant_types: ['authorization_code'] })

  const { parts } = await response({ response_type: 'token' }, { client: plain })

  expect(parts).toMatchObject({
    error: 'invalid_grant',
    error_description: expect.stringMatching(/to use the authorization grant 'implicit'\.$/),
  })
})

test('refuses a hybrid response to a client without the grant of its code', async () => {
  const implicit = await registered(ory, {
    grant_types: ['implicit'],
    response_types: ['code token', 'code id_token token', 'token', 'code'],
  })
  const answer = async (response_type: string) =>
    (await response({ response_type, nonce: 'long enough' }, { client: implicit })).parts

  expect(await answer('code token')).toMatchObject({
    error: 'invalid_grant',
    error_description: expect.stringMatching(/to use authorization grant 'authorization_code'\.$/),
  })
  expect(await answer('token')).toHaveProperty('access_token')
  expect(await answer('code')).toHaveProperty('code')
})

test('gives all three at once, each with the hash of the others', async () => {
  const hybrid = await registered(ory, { response_types: ['code id_token token'] })
  const parameters = { response_type: 'code id_token token', nonce: 'long enough' }

  const { parts } = await response(parameters, { client: hybrid })

  expect(claimsOf(parts['id_token'])).toMatchObject({
    c_hash: halfHash(parts['code'] ?? ''),
    at_hash: halfHash(parts['access_token'] ?? ''),
  })
})

test('tells the apps what the client asked for', async () => {
  const parameters = {
    acr_values: 'a b',
    ui_locales: 'de en',
    display: 'page',
    login_hint: 'alice@app.example',
  }

  const options = { ...ory, client, subject: 'alice', scope: 'openid read' }
  const login = await startAuthorization({ ...options, parameters })

  expect(login.request).toEqual({
    challenge: login.challenge,
    requested_scope: ['openid', 'read'],
    requested_access_token_audience: [],
    skip: false,
    subject: '',
    oidc_context: {
      acr_values: ['a', 'b'],
      ui_locales: ['de', 'en'],
      display: 'page',
      login_hint: 'alice@app.example',
    },
    client: expect.objectContaining({ client_id: 'app' }),
    request_url: expect.stringContaining(`${ory.publicUrl}/oauth2/auth?response_type=code&`),
    session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})
