import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { authorizeInBrowser, startAuthorization } from './browser/index.ts'
import { type OryEmulator, type StartOptions, startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'
import {
  claimsOf,
  introspected,
  isActive,
  type Registered,
  redirectUri,
  registered,
} from './testing/registered.ts'

/*
 * What a server can be told beside its lifespans. Every expectation was compared with live servers
 * that are told the same.
 */

const salt = 'a salt of many bytes'

const refresh = (ory: OryEmulator, client: Registered, refresh_token: string | undefined) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    basic: [client.client_id, client.client_secret],
    form: { grant_type: 'refresh_token', refresh_token: refresh_token ?? '' },
  })

const signIn = async (options: StartOptions, metadata: object = {}) => {
  const ory = await startOryEmulator(options)
  const client = await registered(ory, metadata)
  const { tokens } = await authorizeInBrowser({ ...ory, client, subject: 'alice' })

  return { ory, client, tokens }
}

test('forgives a used refresh token for as long and as often as it is told', async () => {
  const { ory, client, tokens } = await signIn({
    refreshToken: { rotationGracePeriod: '10m', rotationGraceReuseCount: 2 },
  })
  await using _ = ory

  const first = await refresh(ory, client, tokens.refresh_token)
  expect(await isActive(ory, tokens.refresh_token)).toBe(true)
  const second = await refresh(ory, client, tokens.refresh_token)
  expect(await isActive(ory, tokens.refresh_token)).toBe(false)
  const accessTokens = [first, second].map(
    ({ json }) => (json as { readonly access_token: string }).access_token,
  )
  expect(await isActive(ory, tokens.access_token)).toBe(false)
  expect(await Promise.all(accessTokens.map((token) => isActive(ory, token)))).toEqual([true, true])

  const third = await refresh(ory, client, tokens.refresh_token)

  expect([first.status, second.status, third.status]).toEqual([200, 200, 400])
  expect(await Promise.all(accessTokens.map((token) => isActive(ory, token)))).toEqual([
    false,
    false,
  ])
})

test('ends the time of grace, which counts from the first use', async () => {
  const { ory, client, tokens } = await signIn({ refreshToken: { rotationGracePeriod: '2m' } })
  await using _ = ory

  await refresh(ory, client, tokens.refresh_token)
  ory.clock.advance(90_000)
  const within = await refresh(ory, client, tokens.refresh_token)
  ory.clock.advance(31_000)
  const beyond = await refresh(ory, client, tokens.refresh_token)

  expect([within.status, beyond.status]).toEqual([200, 400])
})

test('knows no more than five minutes of grace without a count', async () => {
  const { ory, client, tokens } = await signIn({ refreshToken: { rotationGracePeriod: '1h' } })
  await using _ = ory

  await refresh(ory, client, tokens.refresh_token)
  ory.clock.advance(5 * 60_000)

  expect((await refresh(ory, client, tokens.refresh_token)).status).toBe(400)
})

test.each([
  [{ enforced: true }, 'client_secret_basic', true],
  [{ enforcedForPublicClients: true }, 'client_secret_basic', false],
  [{ enforcedForPublicClients: true }, 'none', true],
  [{}, 'none', false],
])('demands PKCE as told by %j of a client of %s: %s', async (pkce, method, demanded) => {
  await using ory = await startOryEmulator({ pkce })
  const client = await registered(ory, { token_endpoint_auth_method: method })
  const authorize = async (parameters: Record<string, string>) => {
    const login = await startAuthorization({ ...ory, client, subject: 'alice', parameters })
    const consent = await (await login.accept()).proceed()
    return (await consent.accept()).proceed()
  }
  const bare = authorize({ code_challenge: '', code_challenge_method: '' })

  if (demanded) await expect(bare).rejects.toThrow('must include a code_challenge')
  else expect(await bare).toHaveProperty('code')
  expect(await authorize({})).toHaveProperty('code')
})

test('names a user to a client of pairwise subjects by sector, subject and salt', async () => {
  const { ory, tokens } = await signIn(
    { subjectIdentifiers: { supportedTypes: ['public', 'pairwise'], salt } },
    { subject_type: 'pairwise' },
  )
  await using _ = ory
  const expected = createHash('sha256').update(`app.example${'alice'}${salt}`).digest('hex')
  const userinfo = await ask('GET', ory.publicUrl, '/userinfo', {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })

  expect(claimsOf(tokens.id_token)).toMatchObject({ sub: expected })
  expect(userinfo.json).toMatchObject({ sub: expected })
  expect((await introspected(ory, tokens.access_token)).json).toMatchObject({
    sub: 'alice',
    obfuscated_subject: expected,
  })
})

test('refuses pairwise subjects where they are not supported, and with JWT access tokens', async () => {
  await using plain = await startOryEmulator()
  await using pairwise = await startOryEmulator({
    subjectIdentifiers: { supportedTypes: ['pairwise'], salt },
  })
  const create = (ory: OryEmulator, json: object) =>
    ask('POST', ory.adminUrl, '/admin/clients', { json })

  expect((await create(plain, { subject_type: 'pairwise' })).status).toBe(400)
  expect((await create(pairwise, { subject_type: 'public' })).status).toBe(400)
  expect((await create(pairwise, {})).json).toMatchObject({ subject_type: 'pairwise' })
  expect(
    (await create(pairwise, { subject_type: 'pairwise', access_token_strategy: 'jwt' })).status,
  ).toBe(400)
  await expect(
    startOryEmulator({ subjectIdentifiers: { supportedTypes: ['pairwise'], salt: 'short' } }),
  ).rejects.toThrow('salt of eight characters')
})

const register = (ory: OryEmulator, json: object) =>
  ask('POST', ory.publicUrl, '/oauth2/register', { json })

const open = (ory: OryEmulator, method: string, id: unknown, token: unknown, json?: object) =>
  ask(method, ory.publicUrl, `/oauth2/register/${id}`, {
    headers: { authorization: `Bearer ${token}` },
    json,
  })

test('registers nobody unless it is told to', async () => {
  await using ory = await startOryEmulator()

  expect(await register(ory, {})).toMatchObject({
    status: 404,
    json: { error_description: 'Dynamic registration is not enabled.' },
  })
})

test.each([
  [true, true],
  [false, undefined],
])('says in discovery whether a client id may be a URL: %s', async (isSet, said) => {
  await using ory = await startOryEmulator({ clientIdMetadataDocument: isSet })
  const { json } = await ask('GET', ory.publicUrl, '/.well-known/openid-configuration')

  expect((json as Record<string, unknown>)['client_id_metadata_document_supported']).toBe(said)
})

test('lets clients register, and look after themselves by their token', async () => {
  await using ory = await startOryEmulator({
    dynamicClientRegistration: { enabled: true, defaultScope: ['read'] },
  })
  const created = await register(ory, { client_id: 'not mine to choose', client_name: 'n' })
  const { client_id, registration_access_token: token } = created.json as Record<string, string>

  expect(created).toMatchObject({
    status: 201,
    headers: { location: `admin/clients/${client_id}` },
    json: { client_name: 'n', scope: 'read' },
  })
  expect(client_id).toMatch(/^[\da-f-]{36}$/)
  expect(await open(ory, 'GET', client_id, token)).toMatchObject({
    status: 200,
    json: { client_name: 'n' },
  })
  const set = await open(ory, 'PUT', client_id, token, { redirect_uris: [redirectUri] })
  const { registration_access_token: next } = set.json as Record<string, string>
  expect((await open(ory, 'GET', client_id, token)).status).toBe(401)
  expect((await open(ory, 'GET', client_id, `.${next?.split('.')[1]}`)).status).toBe(401)
  expect((await open(ory, 'DELETE', client_id, next)).status).toBe(204)
  expect((await open(ory, 'GET', client_id, next)).status).toBe(401)
})

test.each([
  { client_secret: 'chosen by us' },
  { metadata: {} },
  { metadata: null },
  { access_token_strategy: 'jwt' },
  { skip_consent: true },
  { skip_logout_consent: true },
])('registers no client that chooses %j', async (json) => {
  await using ory = await startOryEmulator({ dynamicClientRegistration: { enabled: true } })

  expect((await register(ory, json)).status).toBe(400)
})

test.each<[string, (ory: OryEmulator, path: string) => Promise<unknown>, number]>([
  ['set', (ory, path) => ask('PUT', ory.adminUrl, path, { json: {} }), 401],
  ['patch', (ory, path) => ask('PATCH', ory.adminUrl, path, { json: [] }), 401],
  [
    'give lifespans to',
    (ory, path) => ask('PUT', ory.adminUrl, `${path}/lifespans`, { json: {} }),
    200,
  ],
])(
  'forgets the token where an administrator comes to %s the client, or not',
  async (_how, write, status) => {
    await using ory = await startOryEmulator({ dynamicClientRegistration: { enabled: true } })
    const { json } = await register(ory, {})
    const { client_id, registration_access_token: token } = json as Record<string, string>

    await write(ory, `/admin/clients/${client_id}`)

    expect((await open(ory, 'GET', client_id, token)).status).toBe(status)
  },
)
