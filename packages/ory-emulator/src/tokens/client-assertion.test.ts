import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { registered } from '../testing/registered.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const [first, second, stranger] = [1, 2, 3].map(() =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }),
) as [Pair, Pair, Pair]
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })

interface Pair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const jwk = ({ publicKey }: Pair, kid: string, use = 'sig') => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  use,
})

let ory: OryEmulator
/** How long the server waited between attempts to reach somebody else, in milliseconds. */
const pauses: number[] = []
let clientId: string

beforeAll(async () => {
  ory = await startOryEmulator({
    async wait(ms) {
      pauses.push(ms)
    },
  })
  const { client_id } = await registered(ory, {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk(first, 'k1'), jwk(second, 'k2'), jwk(stranger, 'k3', 'enc')] },
  })
  clientId = client_id
})

afterAll(() => ory.stop())

interface Assertion {
  readonly claims?: object
  readonly header?: object
  readonly key?: KeyObject | Uint8Array
}

function assertion({ claims, header, key = first.privateKey }: Assertion = {}) {
  const now = Math.floor(ory.clock.now() / 1000)
  const payload = {
    iss: clientId,
    sub: clientId,
    aud: `${ory.publicUrl}/oauth2/token`,
    jti: randomUUID(),
    iat: now,
    exp: now + 300,
    ...claims,
  }
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key)
}

const authenticate = (client_assertion: string, form: Record<string, string> = {}) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion,
      ...form,
    },
  })

const description = ({ json }: { readonly json: unknown }) =>
  String((json as { readonly error_description: string }).error_description)

test('authenticates a client by either of two keys', async () => {
  const byFirst = await authenticate(await assertion())
  const bySecond = await authenticate(
    await assertion({ key: second.privateKey, header: { kid: 'k2' } }),
  )
  const unnamed = await authenticate(await assertion({ header: { kid: undefined } }))

  expect([byFirst.status, bySecond.status, unnamed.status]).toEqual([200, 200, 200])
})

test('authenticates a client at the revocation endpoint, for the same audience', async () => {
  const form = {
    token: 'canary',
    client_assertion_type: assertionType,
    client_assertion: await assertion(),
  }

  expect((await ask('POST', ory.publicUrl, '/oauth2/revoke', { form })).status).toBe(200)
})

test('keeps the keys of a client that has them elsewhere for an hour, and asks three times for one it does not know', async () => {
  let asked = 0
  const host = createServer((_request, response) => {
    asked += 1
    response.end(JSON.stringify({ keys: [jwk(first, 'k1')] }))
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const { port } = host.address() as AddressInfo
  const { client_id } = await registered(ory, {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `http://127.0.0.1:${port}/`,
  })
  const claims = { iss: client_id, sub: client_id }

  const fetched = await authenticate(await assertion({ claims }))
  host.close()
  host.closeAllConnections()
  const cached = await authenticate(await assertion({ claims }))
  const unknown = await authenticate(await assertion({ claims, header: { kid: 'k2' } }))
  ory.clock.advance(3_600_000)
  const expired = await authenticate(await assertion({ claims }))

  expect([fetched, cached, unknown, expired].map(({ status }) => status)).toEqual([
    200, 200, 500, 500,
  ])
  expect(asked).toBe(1)
  expect(pauses).toEqual([1000, 2000, 1000, 2000])
})

test('verifies elliptic curves where the client signs with them', async () => {
  const { client_id } = await registered(ory, {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [jwk(curve, 'k1')] },
  })
  const claims = { iss: client_id, sub: client_id }

  const { status } = await authenticate(
    await assertion({ claims, header: { alg: 'ES256' }, key: curve.privateKey }),
  )

  expect(status).toBe(200)
})

test('takes an assertion once, and forgets it when it has expired', async () => {
  const jti = randomUUID()
  const once = { claims: { jti } }

  expect((await authenticate(await assertion(once))).status).toBe(200)
  expect(await authenticate(await assertion(once))).toMatchObject({
    status: 400,
    json: { error: 'jti_known' },
  })
  ory.clock.advance(301_000)
  expect((await authenticate(await assertion(once))).status).toBe(200)
})

test('an assertion for another audience is refused, and is used up', async () => {
  const jti = randomUUID()

  const foreign = await authenticate(await assertion({ claims: { jti, aud: ory.publicUrl } }))
  const proper = await authenticate(await assertion({ claims: { jti } }))

  expect(foreign.status).toBe(401)
  expect(description(foreign)).toContain("must match the authorization server's token endpoint")
  expect(proper).toMatchObject({ status: 400, json: { error: 'jti_known' } })
})

test.each<[string, Assertion, number, string]>([
  ['of an unknown client', { claims: { sub: 'nobody' } }, 401, 'Client authentication failed'],
  ['without a subject', { claims: { sub: undefined } }, 401, "The claim 'sub' from the"],
  ['of another issuer', { claims: { iss: 'x' } }, 401, "Claim 'iss' from 'client_assertion' must"],
  ['without an id', { claims: { jti: '' } }, 401, "Claim 'jti' from 'client_assertion' must be"],
  ['without an expiry', { claims: { exp: undefined } }, 401, 'Unable to type assert the expiry'],
  ['that has expired', { claims: { exp: 1 } }, 500, 'The error is unrecognizable'],
  ['from the future', { claims: { nbf: 4_000_000_000 } }, 500, 'The error is unrecognizable'],
  ['by an unknown key', { header: { kid: 'k9' } }, 400, "with kid 'k9', which could not be found."],
  ['by a key for encryption', { header: { kid: 'k3' } }, 400, "with use='sig' for kid 'k3'"],
  ['by a stranger', { key: stranger.privateKey }, 401, 'Unable to verify the integrity'],
  [
    'in another algorithm',
    { header: { alg: 'PS256' } },
    401,
    "enforces signing algorithm 'RS256'.",
  ],
])('refuses an assertion %s', async (_what, changes, status, text) => {
  const answer = await authenticate(await assertion(changes))

  expect(answer.status).toBe(status)
  expect(description(answer)).toContain(text)
})

test('refuses an assertion that is none, or is missing', async () => {
  expect(description(await authenticate('x'))).toContain('Unable to verify the integrity')
  expect(description(await authenticate(''))).toContain(
    'must be set when using client_assertion_type',
  )
})

test('believes the client id beside the assertion', async () => {
  const { client_id } = await registered(ory)

  const other = await authenticate(await assertion(), { client_id })
  const own = await authenticate(await assertion(), { client_id: clientId })

  expect(description(other)).toContain(
    "only supports client authentication method 'client_secret_basic'",
  )
  expect(own.status).toBe(200)
})

test('refuses an assertion of another subject than the client that brings it', async () => {
  const other = await authenticate(await assertion({ claims: { sub: 'x' } }), {
    client_id: clientId,
  })

  expect(other.status).toBe(401)
  expect(description(other)).toContain("Claim 'sub' from 'client_assertion' must match")
})

test('refuses an assertion of a public client', async () => {
  const { client_id } = await registered(ory, { token_endpoint_auth_method: 'none' })

  const { status, json } = await authenticate(await assertion({ claims: { sub: client_id } }))

  expect(status).toBe(401)
  expect(description({ json })).toContain('does not support client authentication, however')
})
