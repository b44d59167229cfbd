import type { JWTPayload } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { type CreatedClient, createClient } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { freshClaims, newSigningKey, type SigningKey } from './setup/signing-key.ts'
import { apiError } from './setup/thrown.ts'
import { isActive } from './setup/tokens.ts'

let first: SigningKey
let second: SigningKey
beforeAll(async () => {
  first = await newSigningKey('k1')
  second = await newSigningKey('k2')
})

/** A client that authenticates by either of two keys. */
const createSigningClient = (): Promise<CreatedClient> =>
  createClient({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [first.jwk, second.jwk] },
  })

const assertionOf = (
  { client_id }: CreatedClient,
  key: SigningKey = first,
  claims: JWTPayload = {},
  header?: { readonly kid?: string },
) => key.sign({ ...freshClaims(), iss: client_id, sub: client_id, ...claims }, header)

const authenticate = (client_assertion: string) =>
  ory.oauth2TokenExchange({ grant_type: 'client_credentials', client_assertion })

test('keeps the public keys of a client that authenticates by them', async () => {
  const { client_id } = await createSigningClient()

  const { jwks, token_endpoint_auth_method } = await ory.getOAuth2Client({ id: client_id })

  expect(token_endpoint_auth_method).toBe('private_key_jwt')
  expect(jwks?.keys).toEqual([
    expect.objectContaining({ kid: 'k1', kty: 'RSA', n: first.jwk.n, e: first.jwk.e }),
    expect.objectContaining({ kid: 'k2', kty: 'RSA', n: second.jwk.n, e: second.jwk.e }),
  ])
})

test('authenticates a client by either of its keys, which is what an overlap needs', async () => {
  const client = await createSigningClient()

  for (const key of [first, second]) {
    const { access_token } = await authenticate(await assertionOf(client, key))
    expect(await isActive(access_token)).toBe(true)
  }
})

test('refuses a key that was taken out of the set, and still takes the one that was left', async () => {
  const client = await createSigningClient()
  await ory.patchOAuth2Client({
    id: client.client_id,
    body: [{ op: 'replace', path: '/jwks', value: { keys: [second.jwk] } }],
  })

  const error = await apiError(authenticate(await assertionOf(client, first)))
  const { access_token } = await authenticate(await assertionOf(client, second))

  expect(error.status).toBe(400)
  expect(await isActive(access_token)).toBe(true)
})

test('takes an assertion without a kid, and one that names its client besides', async () => {
  const client = await createSigningClient()
  const client_assertion = await assertionOf(client)

  expect(await authenticate(await assertionOf(client, first, {}, {}))).toHaveProperty(
    'access_token',
  )
  expect(
    await ory.oauth2TokenExchange({
      grant_type: 'client_credentials',
      client_assertion,
      client_id: client.client_id,
    }),
  ).toHaveProperty('access_token')
})

test('takes an assertion once', async () => {
  const assertion = await assertionOf(await createSigningClient())
  await authenticate(assertion)

  const error = await apiError(authenticate(assertion))

  expect(error).toMatchObject({ status: 400, retryable: false, body: { error: 'jti_known' } })
})

test.each<[string, JWTPayload]>([
  ['is meant for somebody else', { aud: 'https://somebody.example' }],
  ['has no id', { jti: undefined as unknown as string }],
  ['was issued by somebody else', { iss: 'somebody' }],
  ['is about somebody else', { sub: 'somebody' }],
])('refuses an assertion that %s', async (_what, claims) => {
  const client = await createSigningClient()

  const error = await apiError(authenticate(await assertionOf(client, first, claims)))

  expect(error).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('refuses an assertion that a stranger signed under a known kid', async () => {
  const stranger = await newSigningKey('k1')

  const error = await apiError(
    authenticate(await assertionOf(await createSigningClient(), stranger)),
  )

  expect(error).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('answers 500 to an assertion that has expired', async () => {
  const exp = Math.floor(Date.now() / 1000) - 60

  const error = await apiError(
    authenticate(await assertionOf(await createSigningClient(), first, { exp })),
  )

  expect(error).toMatchObject({ status: 500, body: { error: 'error' } })
})

test('refuses the secret of a client that has to sign', async () => {
  const { basic } = await createSigningClient()

  const error = await apiError(ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic }))

  expect(error).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('authenticates a revocation as well, by an assertion meant for the token endpoint', async () => {
  const client = await createSigningClient()
  const { access_token } = await authenticate(await assertionOf(client))

  await ory.revokeOAuth2Token({
    token: access_token,
    client_assertion: await assertionOf(client),
  })

  expect(await isActive(access_token)).toBe(false)
})
