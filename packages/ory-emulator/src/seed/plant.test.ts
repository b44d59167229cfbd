import { generateKeyPairSync } from 'node:crypto'
import { createRemoteJWKSet, exportJWK, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { authorizeInBrowser, requestTokens } from '../browser/index.ts'
import { InputError } from '../checks.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { claimsOf, introspected, isActive, redirectUri } from '../testing/registered.ts'
import type { TokenResponse } from '../tokens/grants/grant-request.ts'
import type { Seed } from './seed.ts'

const mail = {
  client_id: 'mail',
  client_secret: 'known to the tests',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'offline read',
}
/** With an ID token as well, for which a key has to be made. */
const openMail = { ...mail, scope: 'openid offline read' }
const client = { ...mail, redirect_uri: redirectUri }

const started = (seed: Seed) => startOryEmulator({ seed })

const consentsOf = async (ory: OryEmulator, subject: string): Promise<readonly object[]> => {
  const path = `/admin/oauth2/auth/sessions/consent?subject=${subject}`
  return (await ask('GET', ory.adminUrl, path)).json as readonly object[]
}

const first = <Item>([item]: readonly Item[]): Item => {
  if (item === undefined) throw new Error('there is none')
  return item
}

test('a client is there with the secret it was given, or with one that was made up', async () => {
  const grant_types = ['client_credentials']
  await using ory = await started({
    clients: [
      { ...mail, grant_types },
      { client_id: 'bare', grant_types },
    ],
  })

  const [known, madeUp] = ory.seeded.clients
  expect(known).toEqual({ client_id: 'mail', client_secret: 'known to the tests' })
  for (const { client_id, client_secret } of [known, madeUp].flatMap((each) => each ?? [])) {
    const form = { grant_type: 'client_credentials' }
    const basic = [client_id, client_secret] as const
    expect(await ask('POST', ory.publicUrl, '/oauth2/token', { form, basic })).toMatchObject({
      status: 200,
    })
  }
})

test('a user is signed in as a flow with a browser would leave it', async () => {
  const now = () => Date.parse('2026-11-29T12:00:00Z')
  const session = { access_token: { b: 1, a: 2 }, id_token: { name: 'Alice' } }
  const asked = { scope: 'openid offline read', audience: [], session }
  await using flown = await startOryEmulator({ now, seed: { clients: [openMail] } })
  const granted = await authorizeInBrowser({
    ...flown,
    ...asked,
    client,
    subject: 'alice',
    rememberLogin: true,
    rememberConsent: true,
  })
  const consents = [{ client_id: 'mail', session }]
  await using seeded = await startOryEmulator({
    now,
    seed: { clients: [openMail], users: [{ subject: 'alice', consents }] },
  })
  const { sid, consents: planted } = first(seeded.seeded.users)

  const neutral = (ory: OryEmulator, value: unknown, id: string, consentId: string): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(ory.publicUrl, '<issuer>')
        .replaceAll(id, '<sid>')
        .replaceAll(consentId, '<consent>')
        .replaceAll(
          /"(login_challenge|handled_at|jti|at_hash|request_url)":"[^"]+"/g,
          '"$1":"<new>"',
        )
        .replaceAll(/\d{3}\d*Z"/g, '<time>"'),
    )
  const told = async (
    ory: OryEmulator,
    tokens: Pick<TokenResponse, 'access_token' | 'refresh_token' | 'id_token'>,
  ) => ({
    consents: await consentsOf(ory, 'alice'),
    access: (await introspected(ory, tokens.access_token)).json,
    refresh: (await introspected(ory, tokens.refresh_token)).json,
    idToken: claimsOf(tokens.id_token),
  })
  expect(
    neutral(seeded, await told(seeded, first(planted)), sid, first(planted).consent_request_id),
  ).toEqual(
    neutral(flown, await told(flown, granted.tokens), granted.sid, granted.consentRequestId),
  )
})

test('a browser with the cookie is recognised', async () => {
  await using ory = await started({ clients: [mail], users: [{ subject: 'alice' }] })
  const { cookie, sid } = first(ory.seeded.users)
  const query = new URLSearchParams({ client_id: 'mail', response_type: 'code', state: '12345678' })
  const { headers } = await ask('GET', ory.publicUrl, `/oauth2/auth?${query}`, {
    headers: { cookie: `${cookie?.name}=${cookie?.value}` },
  })

  const challenge = new URL(String(headers['location'])).search
  const login = await ask('GET', ory.adminUrl, `/admin/oauth2/auth/requests/login${challenge}`)
  expect(login.json).toMatchObject({ skip: true, subject: 'alice', session_id: sid })
})

test('a session that is not remembered has no cookie', async () => {
  await using ory = await started({ users: [{ subject: 'alice', remember: false }] })

  expect(first(ory.seeded.users).cookie).toBeNull()
})

const alice = {
  subject: 'alice',
  sid: '6a1f1c1e-0000-4000-8000-000000000001',
  consents: [
    {
      client_id: 'mail',
      consent_request_id: '6a1f1c1e-0000-4000-8000-000000000002',
      access_token: 'ory_at_alice.mail-access',
      refresh_token: 'ory_rt_alice.mail-refresh',
    },
  ],
}

test('ids and tokens are those that were given, and work', async () => {
  await using ory = await started({ clients: [mail], users: [alice] })

  expect(await consentsOf(ory, 'alice')).toMatchObject([
    {
      consent_request_id: '6a1f1c1e-0000-4000-8000-000000000002',
      consent_request: { login_session_id: alice.sid },
    },
  ])
  expect(await isActive(ory, 'ory_at_alice.mail-access')).toBe(true)
  const tokens = await requestTokens(ory, client, {
    grant_type: 'refresh_token',
    refresh_token: 'ory_rt_alice.mail-refresh',
  })
  expect(tokens.refresh_token).toMatch(/^ory_rt_/)
  expect(await isActive(ory, 'ory_at_alice.mail-access')).toBe(false)
})

test('a revoked consent takes the tokens along that were given', async () => {
  await using ory = await started({ clients: [mail], users: [alice] })

  await ask('DELETE', ory.adminUrl, '/admin/oauth2/auth/sessions/consent?subject=alice&all=true')

  expect(await isActive(ory, 'ory_at_alice.mail-access')).toBe(false)
  expect(await isActive(ory, 'ory_rt_alice.mail-refresh')).toBe(false)
})

test('a token of nobody’s is not taken for one that was given', async () => {
  await using ory = await started({ clients: [mail], users: [alice] })

  expect(await isActive(ory, 'ory_rt_bert.mail-refresh')).toBe(false)
})

test('an issuer that was trusted gets tokens for its users', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
  await using ory = await started({
    clients: [
      {
        client_id: 'mail',
        client_secret: 'known to the tests',
        grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
        scope: 'read',
      },
    ],
    trusted_issuers: [
      {
        id: '6a1f1c1e-0000-4000-8000-000000000003',
        issuer: 'https://idp.example',
        allow_any_subject: true,
        scope: ['read'],
        jwk,
        expires_at: '2126-01-01T00:00:00Z',
      },
    ],
  })
  const assertion = await new SignJWT({ jti: '1' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer('https://idp.example')
    .setSubject('alice')
    .setAudience(`${ory.publicUrl}/oauth2/token`)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)

  expect(ory.seeded.trusted_issuers).toEqual([
    { id: '6a1f1c1e-0000-4000-8000-000000000003', issuer: 'https://idp.example', kid: 'k1' },
  ])
  expect(
    await ask('POST', ory.publicUrl, '/oauth2/token', {
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope: 'read' },
      basic: ['mail', 'known to the tests'],
    }),
  ).toMatchObject({ status: 200 })
})

const jwt = { access_token_strategy: 'jwt' }
const ofMail = (consent: object) => ({
  clients: [mail],
  users: [{ subject: 'alice', consents: [{ client_id: 'mail', ...consent }] }],
})

test.each<[Seed, string]>([
  [{ clients: [mail, mail] }, 'clients[1].client_id is taken: there is a client "mail"'],
  [
    { clients: [{ ...mail, client_secret: 'short' }] },
    'clients[0]: Field client_secret must contain a secret that is at least 6 characters long.',
  ],
  [
    { clients: [{ ...mail, redirect_uris: ['x#y'] }] },
    'clients[0]: Redirect URIs must not contain fragments (#).',
  ],
  [
    { users: [{ subject: 'alice', consents: [{ client_id: 'mial' }] }] },
    'users[0].consents[0].client_id names no client; there is no "mial"',
  ],
  [
    { ...ofMail({}), clients: [{ ...mail, grant_types: ['client_credentials'] }] },
    'users[0].consents[0].client_id names a client that lacks the grant type authorization_code: no user can consent',
  ],
  [
    { ...ofMail({ access_token: 'ory_at_a.b' }), clients: [{ ...mail, ...jwt }] },
    'users[0].consents[0].access_token cannot be given: this client’s access tokens are JWTs',
  ],
  [
    ofMail({ refresh_token: 'ory_rt_a.b', grant_scope: ['read'] }),
    'users[0].consents[0].refresh_token cannot be given: that takes grant type refresh_token, and offline or offline_access in grant_scope',
  ],
  [
    { clients: [mail], users: [alice, { subject: 'bert', sid: alice.sid }] },
    'users[1].sid is another session’s already',
  ],
  [
    {
      clients: [mail],
      users: [
        alice,
        {
          subject: 'bert',
          consents: [{ client_id: 'mail', access_token: 'ory_at_bert.mail-access' }],
        },
      ],
    },
    'users[1].consents[0].access_token has the same end, after its dot, as another one',
  ],
  [
    {
      trusted_issuers: [{ issuer: 'x', jwk: {}, subject: 'a', expires_at: '2030-01-01T00:00:00Z' }],
    },
    "trusted_issuers[0]: go-jose/go-jose: unknown json web key type ''",
  ],
])('a seed that Ory would not have is refused where it is wrong: %#', async (seed, line) => {
  await expect(started(seed)).rejects.toThrow(new InputError('', line))
})

test('of a seed that is wrong at its end nothing is planted', async () => {
  await using ory = await startOryEmulator()
  const seed: Seed = { clients: [mail], users: [alice] }
  const wrong = { users: [...(seed.users ?? []), { subject: 'bert', sid: alice.sid }] }

  await expect(ory.seed({ ...seed, ...wrong, now: '2020-01-01T00:00:00Z' })).rejects.toThrow(
    'users[1]',
  )

  expect((await ask('GET', ory.adminUrl, '/admin/clients')).json).toEqual([])
  expect(await consentsOf(ory, 'alice')).toEqual([])
  expect(await isActive(ory, 'ory_at_alice.mail-access')).toBe(false)
  expect(ory.clock.now()).toBeGreaterThan(Date.parse('2026-01-01'))
  await expect(ory.seed(seed)).resolves.toMatchObject({ users: [{ sid: alice.sid }] })
})

test('tokens that were signed before a restart are good after it', async () => {
  const seed = { ...ofMail({}), clients: [{ ...openMail, ...jwt }], keys_from: 'the tests of mail' }
  const before = await started(seed)
  const { access_token = '', id_token = '' } = first(first(before.seeded.users).consents)
  await before.stop()
  await using after = await started(seed)
  const keys = createRemoteJWKSet(new URL(`${after.publicUrl}/.well-known/jwks.json`))

  await expect(jwtVerify(access_token, keys)).resolves.toMatchObject({ payload: { sub: 'alice' } })
  await expect(jwtVerify(id_token, keys)).resolves.toMatchObject({ payload: { sub: 'alice' } })
})
