import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, createBrowser, startAuthorization } from '../browser/index.ts'
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

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'app' })
})

afterAll(() => ory.stop())

// The example of RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** A code that was not exchanged, asked for without PKCE unless told otherwise. */
async function code(parameters: Record<string, string> = {}, options: object = {}) {
  const withoutPkce = { code_challenge: '', code_challenge_method: '' }
  const login = await startAuthorization({
    ...ory,
    client,
    subject: 'alice',
    parameters: { ...withoutPkce, ...parameters },
    ...options,
  })
  const consent = await (await login.accept()).proceed()
  return (await (await consent.accept()).proceed()).code
}

const exchange = (form: Record<string, string>, { client_id, client_secret } = client) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: 'authorization_code', redirect_uri: client.redirect_uri, ...form },
    basic: [client_id, client_secret],
  })

const description = ({ json }: { readonly json: unknown }) =>
  String((json as { readonly error_description: string }).error_description)

test('gives tokens that tell whom they are for', async () => {
  const { tokens, sid } = await authorizeInBrowser({
    ...ory,
    client,
    subject: 'alice',
    scope: 'openid offline read',
    audience: ['https://api.example'],
    session: { access_token: { tenant: 't1' }, id_token: { email: 'a@b.c', sub: 'not alice' } },
    login: { acr: '2', amr: ['pwd'] },
    parameters: { nonce: 'a nonce of the client' },
  })

  expect(Object.keys(tokens)).toEqual([
    'access_token',
    'expires_in',
    'id_token',
    'refresh_token',
    'scope',
    'token_type',
  ])
  const now = Math.floor(Date.now() / 1000)
  expect(claimsOf(tokens.id_token)).toEqual({
    acr: '2',
    amr: ['pwd'],
    at_hash: expect.stringMatching(/^[\w-]{22}$/),
    aud: ['app'],
    auth_time: expect.closeTo(now, -1),
    email: 'a@b.c',
    exp: expect.closeTo(now + 3600, -1),
    iat: expect.closeTo(now, -1),
    iss: ory.publicUrl,
    jti: expect.any(String),
    nonce: 'a nonce of the client',
    rat: expect.closeTo(now, -1),
    sid,
    sub: 'alice',
  })
  const introspection = await introspected(ory, tokens.access_token)
  expect(introspection.json).toMatchObject({
    active: true,
    sub: 'alice',
    aud: ['https://api.example'],
    ext: { tenant: 't1' },
  })
  const refreshable = await introspected(ory, tokens.refresh_token)
  expect(refreshable.json).toMatchObject({ active: true, token_use: 'refresh_token' })
})

test('gives what was granted, whatever was asked for', async () => {
  const { tokens } = await authorizeInBrowser({
    ...ory,
    client,
    subject: 'alice',
    grantScope: ['read', 'unheard-of', 'read'],
  })

  expect(tokens).toMatchObject({ scope: 'read unheard-of' })
  expect(tokens).not.toHaveProperty('id_token')
  expect(tokens).not.toHaveProperty('refresh_token')
})

test('gives nothing where the consent names nothing', async () => {
  const consent = { grant_scope: undefined, grant_access_token_audience: undefined }

  const { tokens } = await authorizeInBrowser({ ...ory, client, subject: 'alice', consent })

  expect(tokens).toMatchObject({ scope: '' })
  expect((await introspected(ory, tokens.access_token)).json).toMatchObject({
    active: true,
    aud: [],
  })
})

test('gives no refresh token to a client that could not use it', async () => {
  const plain = await registered(ory, { grant_types: ['authorization_code'] })

  const { tokens } = await authorizeInBrowser({ ...ory, client: plain, subject: 'alice' })

  expect(tokens).not.toHaveProperty('refresh_token')
})

test('takes a code once: the second time ends the whole chain', async () => {
  const form = { code: await code() }
  const { json } = await exchange(form)
  const tokens = json as { readonly access_token: string; readonly refresh_token: string }
  expect(await isActive(ory, tokens.access_token)).toBe(true)

  const again = await exchange(form)

  expect(again.status).toBe(400)
  expect(description(again)).toMatch(/The authorization code has already been used\.$/)
  expect(await isActive(ory, tokens.access_token)).toBe(false)
  expect(await isActive(ory, tokens.refresh_token)).toBe(false)
})

test('of many exchanges at once one wins, and its tokens are gone', async () => {
  const form = { code: await code() }

  const answers = await Promise.all([1, 2, 3, 4].map(() => exchange(form)))

  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  const [winner] = won.map(({ json }) => json as { readonly access_token: string })
  expect(await isActive(ory, winner?.access_token)).toBe(false)
})

test('refuses an unknown code, and says no more', async () => {
  const answer = await exchange({ code: 'ory_ac_unknown.code' })

  expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  expect(description(answer)).toMatch(/was issued to another client\.$/)
})

test('refuses another client, and leaves the code to its own', async () => {
  const other = await registered(ory)
  const form = { code: await code() }

  const foreign = await exchange(form, other)
  const own = await exchange(form)

  expect(description(foreign)).toContain('does not match the one from the authorize request.')
  expect(own.status).toBe(200)
})

test('refuses a client that lost the grant meanwhile', async () => {
  const fickle = await registered(ory)
  const issued = await code({}, { client: fickle })
  await ask('PATCH', ory.adminUrl, `/admin/clients/${fickle.client_id}`, {
    json: [{ op: 'replace', path: '/grant_types', value: ['refresh_token'] }],
  })

  expect(await exchange({ code: issued }, fickle)).toMatchObject({
    status: 400,
    json: { error: 'unauthorized_client' },
  })
})

test('refuses another redirect URI', async () => {
  const answer = await exchange({ code: await code(), redirect_uri: 'https://app.example/other' })

  expect(description(answer)).toContain("The 'redirect_uri' from this request does not match")
})

test('asks for no redirect URI where there was none', async () => {
  const form = { code: await code({ redirect_uri: '' }, { scope: 'read' }), redirect_uri: '' }

  expect((await exchange(form)).status).toBe(200)
})

test('refuses a code once it has expired', async () => {
  await using aging = await startOryEmulator({ ttl: { authCode: '60s' } })
  const options = { ...aging, client: await registered(aging), subject: 'alice' }
  const granted = async () => {
    const consent = await (await (await startAuthorization(options)).accept()).proceed()
    return (await consent.accept()).proceed()
  }
  const [early, late] = [await granted(), await granted()]

  aging.clock.advance(59_000)
  await expect(early.exchange()).resolves.toBeDefined()
  aging.clock.advance(2_000)
  await expect(late.exchange()).rejects.toMatchObject({ error: 'invalid_grant' })
})

const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }

test('takes the verifier of the challenge', async () => {
  const answer = await exchange({ code: await code(pkce), code_verifier: verifier })

  expect(answer.status).toBe(200)
})

test.each([
  ['none', '', 'must be at least 43 characters.'],
  ['a short one', 'v'.repeat(42), 'must be at least 43 characters.'],
  ['a long one', 'v'.repeat(129), 'can not be longer than 128 characters.'],
  ['a strange one', 'v v'.repeat(20), 'must only contain'],
  ['another one', 'w'.repeat(43), 'The PKCE code challenge did not match the code verifier.'],
])('refuses where the verifier is %s', async (_what, code_verifier, text) => {
  const answer = await exchange({ code: await code(pkce), code_verifier })

  expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  expect(description(answer)).toContain(text)
})

test('forgets the challenge after one wrong verifier: then none at all will do', async () => {
  const form = { code: await code(pkce) }
  await exchange({ ...form, code_verifier: 'w'.repeat(43) })

  const right = await exchange({ ...form, code_verifier: verifier })
  const none = await exchange(form)

  expect(description(right)).toMatch(/Unable to find initial PKCE data tied to this request$/)
  expect(none.status).toBe(200)
})

test('refuses a verifier nobody asked for', async () => {
  const unasked = await exchange({ code: await code(), code_verifier: verifier })
  const onlyMethod = { code: await code({ code_challenge_method: 'S256' }) }
  const challengeless = await exchange({ ...onlyMethod, code_verifier: verifier })

  expect(description(unasked)).toContain('Unable to find initial PKCE data')
  expect(description(challengeless)).toContain('the code challenge was absent')
})

test('takes a code with a method and no challenge without a verifier', async () => {
  const answer = await exchange({ code: await code({ code_challenge_method: 'S256' }) })

  expect(answer.status).toBe(200)
})

test('refuses a nonce that could be guessed only when the ID token is due', async () => {
  const answer = await exchange({ code: await code({ nonce: '1234567' }) })
  const plain = await exchange({ code: await code({ nonce: '1234567' }, { scope: 'read' }) })
  const longer = await exchange({ code: await code({ nonce: '12345678' }) })

  expect(answer).toMatchObject({ status: 400, json: { error: 'insufficient_entropy' } })
  expect([plain.status, longer.status]).toEqual([200, 200])
})

test('honours a client’s own lifespans', async () => {
  const brief = await registered(ory, {
    authorization_code_grant_access_token_lifespan: '100s',
    authorization_code_grant_id_token_lifespan: '200s',
    authorization_code_grant_refresh_token_lifespan: '300s',
  })

  const { tokens } = await authorizeInBrowser({ ...ory, client: brief, subject: 'alice' })

  const { exp, iat } = claimsOf(tokens.id_token) as { exp: number; iat: number }
  const refreshable = (await introspected(ory, tokens.refresh_token)).json as {
    exp: number
    iat: number
  }
  expect(tokens.expires_in).toBeGreaterThanOrEqual(99)
  expect(tokens.expires_in).toBeLessThanOrEqual(100)
  expect(exp - iat).toBeGreaterThanOrEqual(199)
  expect(exp - iat).toBeLessThanOrEqual(200)
  expect(refreshable.exp - refreshable.iat).toBeGreaterThanOrEqual(299)
  expect(refreshable.exp - refreshable.iat).toBeLessThanOrEqual(301)
})

test('says acr 0 where one was asked for and none was given', async () => {
  const { tokens } = await authorizeInBrowser({
    ...ory,
    browser: createBrowser(),
    client,
    subject: 'alice',
    parameters: { acr_values: '2' },
  })

  expect(claimsOf(tokens.id_token)).toMatchObject({ acr: '0' })
})
