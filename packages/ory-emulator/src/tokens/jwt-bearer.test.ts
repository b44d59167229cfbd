import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { introspected, isActive, type Registered, registered } from '../testing/registered.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }

let ory: OryEmulator
let client: Registered
let issuer: string
let issuers = 0

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, {
    grant_types: [grantType],
    jwt_bearer_grant_access_token_lifespan: '100s',
  })
})

afterAll(() => ory.stop())

beforeEach(() => {
  issuers += 1
  issuer = `https://idp-${issuers}.example`
})

const trust = async (body: object = {}, at = ory) => {
  const { status, json } = await ask(
    'POST',
    at.adminUrl,
    '/admin/trust/grants/jwt-bearer/issuers',
    {
      json: {
        issuer,
        subject: 'alice',
        scope: ['read', 'mail.*'],
        jwk,
        expires_at: new Date(ory.clock.now() + 3_600_000).toISOString(),
        ...body,
      },
    },
  )
  expect(status).toBe(201)
  return json as { readonly id: string }
}

interface Signing {
  readonly kid?: string | undefined
  readonly key?: typeof privateKey
}

const now = () => Math.floor(ory.clock.now() / 1000)

/** An assertion as it should be, but for what is changed; `undefined` leaves a claim out. */
function assertion(changes: object = {}, { kid = 'k1', key = privateKey }: Signing = {}) {
  const claims = {
    iss: issuer,
    sub: 'alice',
    aud: `${ory.publicUrl}/oauth2/token`,
    jti: randomUUID(),
    iat: now(),
    exp: now() + 300,
    ...changes,
  }
  const header = { alg: 'RS256', ...(kid !== '' && { kid }) }
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}

const exchange = (form: Record<string, string>, { client_id, client_secret } = client) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: grantType, ...form },
    basic: [client_id, client_secret],
  })

const description = ({ json }: { readonly json: unknown }) =>
  String((json as { readonly error_description: string }).error_description)

test('gives a token of the assertion’s subject', async () => {
  await trust()

  const { status, json } = await exchange({ assertion: await assertion(), scope: 'read' })

  expect(status).toBe(200)
  expect(json).toEqual({
    access_token: expect.stringMatching(/^ory_at_/),
    expires_in: expect.toSatisfy((seconds) => seconds === 99 || seconds === 100),
    scope: 'read',
    token_type: 'bearer',
  })
  const { access_token } = json as { readonly access_token: string }
  expect((await introspected(ory, access_token)).json).toMatchObject({
    active: true,
    sub: 'alice',
    client_id: client.client_id,
    aud: [],
  })
})

test('tokens outlive the trust, and the deletion of consents of their subject', async () => {
  const { id } = await trust()
  const { json } = await exchange({ assertion: await assertion() })
  const { access_token } = json as { readonly access_token: string }

  await ask('DELETE', ory.adminUrl, `/admin/trust/grants/jwt-bearer/issuers/${id}`)
  await ask('DELETE', ory.adminUrl, '/admin/oauth2/auth/sessions/consent?subject=alice&all=true')

  expect(await isActive(ory, access_token)).toBe(true)
  const after = await exchange({ assertion: await assertion() })
  expect(description(after)).toContain(`No public JWK was registered for issuer '${issuer}'`)
})

test('v26.2 hands the assertion’s audience on', async () => {
  await using older = await startOryEmulator({ profile: 'v26.2' })
  const { client_id, client_secret } = await registered(older, { grant_types: [grantType] })
  await trust({}, older)
  const aud = `${older.publicUrl}/oauth2/token`

  const { json } = await ask('POST', older.publicUrl, '/oauth2/token', {
    form: { grant_type: grantType, assertion: await assertion({ aud }) },
    basic: [client_id, client_secret],
  })

  const { access_token } = json as { readonly access_token: string }
  expect((await introspected(older, access_token)).json).toMatchObject({ aud: [aud] })
})

test('the trust bounds the scope, and the client’s own does not', async () => {
  await trust()

  const within = await exchange({ assertion: await assertion(), scope: 'mail.send read' })
  const beyond = await exchange({ assertion: await assertion(), scope: 'write' })

  expect(within).toMatchObject({ status: 200, json: { scope: 'mail.send read' } })
  expect(beyond).toMatchObject({ status: 400, json: { error: 'invalid_scope' } })
})

test('any subject is trusted where the trust says so, and no other where it does not', async () => {
  await trust()
  expect((await exchange({ assertion: await assertion({ sub: 'bob' }) })).status).toBe(400)

  issuer = `${issuer}/any`
  await trust({ subject: undefined, allow_any_subject: true })
  expect((await exchange({ assertion: await assertion({ sub: 'bob' }) })).status).toBe(200)
})

test('an expired trust still counts for an assertion that names its key, and for no other', async () => {
  await trust({ expires_at: '2020-01-01T00:00:00Z' })

  const named = await exchange({ assertion: await assertion() })
  const unnamed = await exchange({ assertion: await assertion({}, { kid: '' }) })

  expect(named.status).toBe(200)
  expect(unnamed.status).toBe(400)
})

test('finds the key of an assertion that names none', async () => {
  const { publicKey: older } = stranger
  await trust({ jwk: { ...older.export({ format: 'jwk' }), kid: 'k0', use: 'sig', alg: 'RS256' } })
  await trust()

  const first = await exchange({ assertion: await assertion({}, { kid: '' }) })
  const second = await exchange({
    assertion: await assertion({}, { kid: '', key: stranger.privateKey }),
  })

  expect([first.status, second.status]).toEqual([200, 200])
})

test('takes an assertion once', async () => {
  await trust()
  const once = await assertion()

  expect((await exchange({ assertion: once })).status).toBe(200)
  expect(await exchange({ assertion: once })).toMatchObject({
    status: 400,
    json: { error: 'jti_known', error_description: 'The jti was already used.' },
  })
})

test('takes the jti of an assertion again that was refused', async () => {
  await trust()
  const jti = randomUUID()
  await exchange({ assertion: await assertion({ jti }), scope: 'write' })

  expect((await exchange({ assertion: await assertion({ jti }) })).status).toBe(200)
})

test.each<[string, object, string]>([
  ['without an issuer', { iss: undefined }, "MUST contain an 'iss' (issuer) claim."],
  ['without a subject', { sub: undefined }, "MUST contain a 'sub' (subject) claim."],
  ['without an audience', { aud: undefined }, "MUST contain an 'aud' (audience) claim."],
  ['for another audience', { aud: 'https://x' }, 'that identifies the authorization server'],
  ['without an expiry', { exp: undefined }, "MUST contain an 'exp' (expiration time) claim."],
  ['that has expired', { exp: 1 }, 'request parameter expired.'],
  ['that is not valid yet', { nbf: 4_000_000_000 }, "the time '2096-10-02T07:06:40Z' before which"],
  ['without a time of issue', { iat: undefined }, "MUST contain an 'iat' (issued at) claim."],
  ['for too long a time', { exp: 4_000_000_000 }, 'unreasonably far in the future'],
  ['without an id', { jti: undefined }, "MUST contain an 'jti' (JWT ID) claim."],
])('refuses an assertion %s', async (_what, changes, text) => {
  await trust()

  const answer = await exchange({ assertion: await assertion(changes) })

  expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  expect(description(answer)).toContain(text)
})

test('refuses what is missing, is not a JWT, or was signed by a stranger', async () => {
  await trust()

  expect(description(await exchange({}))).toContain('The assertion request parameter must be set')
  expect(description(await exchange({ assertion: 'x' }))).toContain(
    'Unable to parse JSON Web Token',
  )
  const forged = await assertion({}, { key: stranger.privateKey })
  expect(description(await exchange({ assertion: forged }))).toContain(
    "Unable to verify the integrity of the 'assertion' value.",
  )
})

test('wants the client registered for the grant, and authenticated', async () => {
  const other = await registered(ory)

  const unregistered = await exchange({ assertion: 'x' }, other)
  const wrong = await exchange({ assertion: 'x' }, { ...client, client_secret: 'wrong secret' })

  expect(unregistered).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } })
  expect(wrong).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
})
