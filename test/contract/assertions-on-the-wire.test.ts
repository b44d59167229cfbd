import { expect, test } from 'vitest'
import { ecKey, rsaKey, signed } from '../live/keys.ts'
import { startReceiver } from '../live/receiver.ts'
import { createClient, trustIssuer, unique } from './setup/created.ts'
import { basicHeader, send } from './setup/raw.ts'
import { features, publicUrl } from './setup/server.ts'

/*
 * Assertions written by hand: headers and times that no library writes.
 */

const publicKey = { ...rsaKey.publicJwk, kid: 'k', use: 'sig', alg: 'RS256' }
const keySet = JSON.stringify({ keys: [publicKey] })

const claimsOf = (iss: string, sub: string, more: Readonly<Record<string, unknown>> = {}) => {
  const now = Math.floor(Date.now() / 1000)

  return JSON.stringify({
    iss,
    sub,
    aud: `${publicUrl}/oauth2/token`,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 300,
    ...more,
  })
}

const authenticate = (client_assertion: string) =>
  send('public', {
    method: 'POST',
    target: '/oauth2/token',
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    },
  })

const createSigningClient = () =>
  createClient({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [publicKey as never] },
  })

test.each<[object, number]>([
  [{ kid: 'k' }, 200],
  [{ kid: '' }, 200],
  [{ kid: null }, 200],
  [{ kid: 7 }, 401],
  [{ kid: 'k', crit: ['x'], x: 1 }, 401],
  [{ kid: 'k', crit: [] }, 200],
  [{ kid: 'nobody' }, 400],
])('authenticates a client by an assertion with the header %j: %i', async (header, status) => {
  const { client_id } = await createSigningClient()

  const answer = await authenticate(
    signed({ alg: 'RS256', ...header }, claimsOf(client_id, client_id)),
  )

  expect(answer.status).toBe(status)
})

test('cuts a time off at the second', async () => {
  const { client_id } = await createSigningClient()
  const iat = Math.floor(Date.now() / 1000) + 0.9

  const claims = claimsOf(client_id, client_id, { iat })

  expect((await authenticate(signed({ alg: 'RS256', kid: 'k' }, claims))).status).toBe(200)
})

const trust = async () => {
  const issuer = `https://${unique('issuer')}.example`
  await trustIssuer({
    issuer,
    allow_any_subject: true,
    scope: ['read'],
    jwk: publicKey as never,
    expires_at: '2099-01-01T00:00:00Z',
  })

  return issuer
}

test.each<[object, Readonly<Record<string, unknown>>, number]>([
  [{}, {}, 200],
  [{ kid: '' }, {}, 200],
  [{ kid: 7 }, {}, 400],
  [{ crit: ['x'] }, {}, 400],
  [{}, { exp: 1e18 }, 400],
  [{}, { exp: 1e30 }, 400],
  [{}, { aud: [7] }, 400],
  [{}, { iat: 'today' }, 400],
])(
  'exchanges an assertion with the header %j and the claims %j: %i',
  async (header, claims, status) => {
    const client = await createClient()
    const issuer = await trust()

    const answer = await send('public', {
      method: 'POST',
      target: '/oauth2/token',
      headers: [basicHeader(client)],
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: signed({ alg: 'RS256', kid: 'k', ...header }, claimsOf(issuer, 'u1', claims)),
      },
    })

    expect(answer.status).toBe(status)
  },
)

const issuers = '/admin/trust/grants/jwt-bearer/issuers'

const trustBody = (more: Readonly<Record<string, unknown>>) => ({
  issuer: unique('issuer'),
  subject: 'u1',
  scope: ['read'],
  jwk: publicKey,
  expires_at: '2099-01-01T00:00:00Z',
  ...more,
})

test('refuses a private key whose secret part is too short', async () => {
  const jwk = { ...ecKey.publicJwk, kid: 'k', d: 'AQ' }

  const answer = await send('admin', { method: 'POST', target: issuers, json: trustBody({ jwk }) })

  expect(answer).toMatchObject({
    status: 400,
    json: {
      error_description: 'go-jose/go-jose: invalid EC private key, wrong length for d',
    },
  })
})

test.each([
  [[''], []],
  [['', 'a'], ['a']],
  [
    ['a|b', 'c'],
    ['a|b', 'c'],
  ],
])('answers the scope %j of an issuer as %j once it is stored', async (scope, stored) => {
  const created = await send('admin', {
    method: 'POST',
    target: issuers,
    json: trustBody({ scope }),
  })
  const target = `${issuers}/${created.json['id']}`
  const shown = await send('admin', { target })
  await send('admin', { method: 'DELETE', target })

  expect(created).toMatchObject({ status: 201, json: { scope } })
  expect(shown.json['scope']).toEqual(stored)
})

const withKeysAt = async (url: string) => {
  const { client_id } = await createClient({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `${url}/keys`,
  })

  return (kid = 'k') => authenticate(signed({ alg: 'RS256', kid }, claimsOf(client_id, client_id)))
}

const onServersThatCallBack = () => {
  test('keeps using keys that have gone from where they were fetched', async () => {
    await using host = await startReceiver([
      { status: 200, body: keySet },
      { status: 200, body: '{"keys":[]}' },
    ])
    const authenticateBy = await withKeysAt(host.url)

    expect((await authenticateBy()).status).toBe(200)
    expect((await authenticateBy()).status).toBe(200)
    expect(host.calls()).toHaveLength(1)
    // Whoever names an unknown key has them fetched again, for all.
    expect((await authenticateBy('other')).status).toBe(400)
    expect((await authenticateBy()).status).toBe(400)
  })

  test('asks three times for keys that cannot be had, and answers 500', async () => {
    await using host = await startReceiver([{ status: 500 }])
    const authenticateBy = await withKeysAt(host.url)

    expect(await authenticateBy()).toMatchObject({ status: 500, json: { error: 'server_error' } })
    expect(host.calls()).toHaveLength(3)
  })
}

if (features.callsBack) onServersThatCallBack()
else test.skip('fetches keys (the server cannot reach a listener on this machine)')
