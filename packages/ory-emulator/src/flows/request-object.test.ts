import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { type Registered, redirectUri, registered } from '../testing/registered.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }

let objects: Record<string, string> = {}
const host = createServer((request, response) => {
  const object = objects[request.url ?? '']
  response.statusCode = object === undefined ? 404 : 200
  response.end(object)
})

let ory: OryEmulator
let client: Registered
let uri: (path: string) => string

beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const { port } = host.address() as AddressInfo
  uri = (path) => `http://127.0.0.1:${port}${path}`
  ory = await startOryEmulator()
  const request_uris = [uri('/object'), uri('/missing')]
  client = await registered(ory, { jwks: { keys: [jwk] }, request_uris })
})

afterAll(async () => {
  await ory.stop()
  host.close()
})

const claims = { scope: 'read', login_hint: 'from the object' }

const signed = (payload: object = claims, key = privateKey, kid = 'k1') =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'ES256', kid }).sign(key)

const started = (parameters: Record<string, string>, of = client) =>
  startAuthorization({ ...ory, client: of, subject: 'alice', scope: 'openid', parameters })

async function refusal(parameters: Record<string, string>, of = client): Promise<string> {
  const query = new URLSearchParams({
    client_id: of.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'a long state',
    ...parameters,
  })
  const { headers } = await ask('GET', ory.publicUrl, `/oauth2/auth?${query}`)
  const { searchParams } = new URL(String(headers['location']))
  return `${searchParams.get('error')}: ${searchParams.get('error_description')}`
}

test('takes what a signed object claims, and joins the scopes', async () => {
  const { request } = await started({ request: await signed() })

  expect(request).toMatchObject({
    requested_scope: ['read', 'openid'],
    oidc_context: { login_hint: 'from the object' },
  })
})

test('fetches an object from where the client has registered it', async () => {
  objects = { '/object': await signed() }

  const { request } = await started({ request_uri: uri('/object') })

  expect(request).toMatchObject({ oidc_context: { login_hint: 'from the object' } })
})

test('takes an unsigned object from a client that does not insist', async () => {
  const strict = await registered(ory, {
    jwks: { keys: [jwk] },
    request_object_signing_alg: 'ES256',
  })
  const request = new UnsecuredJWT(claims).encode()

  expect((await started({ request })).request).toMatchObject({
    oidc_context: { login_hint: 'from the object' },
  })
  expect(await refusal({ request }, strict)).toContain("enforces signing algorithm 'ES256'.")
})

test('ignores an object unless OpenID Connect is asked for', async () => {
  const { request } = await startAuthorization({
    ...ory,
    client,
    subject: 'alice',
    scope: 'read',
    parameters: { request: 'garbage' },
  })

  expect(request).toMatchObject({ requested_scope: ['read'] })
})

test('refuses what it cannot verify, and says why', async () => {
  const keyless = await registered(ory)
  const elsewhere = await registered(ory, { jwks_uri: uri('/missing') })
  const request = await signed()

  expect(await refusal({ request, request_uri: 'x' })).toContain('at most one.')
  expect(await refusal({ request }, keyless)).toContain('does not have any JSON Web Keys')
  expect(await refusal({ request }, elsewhere)).not.toContain('does not have any JSON Web Keys')
  expect(await refusal({ request: 'garbage' })).toMatch(/^invalid_request_object: .*signature\.$/)
  expect(await refusal({ request: await signed(claims, stranger.privateKey) })).toMatch(
    /^invalid_request_object: .*signature\.$/,
  )
  expect(await refusal({ request: await signed(claims, privateKey, 'k2') })).toContain(
    "Unable to retrieve ECDSA signing key from OAuth 2.0 Client. The JSON Web Token uses signing key with kid 'k2', which could not be found.",
  )
  expect(await refusal({ request: await signed({ exp: 1 }) })).toMatch(/^error: /)
  expect(await refusal({ request_uri: uri('/other') })).toContain('is not whitelisted')
  expect(await refusal({ request_uri: uri('/missing') })).toContain("but got '404'.")
})

test('refuses an algorithm that needs a shared secret', async () => {
  const request = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('a secret that is at least thirty-two bytes'))

  expect(await refusal({ request })).toContain("unsupported signing algorithm 'HS256'.")
})
