import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createBareClient, createClient, redirectUri, unique } from './setup/created.ts'
import { verifiedClaims } from './setup/relying-party.ts'
import { ory } from './setup/server.ts'
import { signIn, startConsent } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, clientCredentials, isActive, refresh } from './setup/tokens.ts'

const grant_type = 'authorization_code'

/** A code that nobody has exchanged, with the PKCE verifier that belongs to it. */
const newCode = async (client: Parameters<typeof startConsent>[0]) => {
  const code_verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
  const { accept } = await startConsent(client, { parameters: { code_challenge } })
  const { code } = await (await accept()).proceed()

  return { grant_type, code, redirect_uri: redirectUri, code_verifier } as const
}

test('exchanges client credentials for an access token and no other', async () => {
  const answered = await clientCredentials(await createClient(), { scope: 'read' })

  expect(answered).toEqual({
    access_token: expect.stringMatching(/^ory_at_/),
    expires_in: expect.any(Number),
    scope: 'read',
    token_type: 'bearer',
  })
  expect(answered.expires_in).toBeGreaterThan(3590)
})

test('exchanges a code for an access, a refresh and an id token', async () => {
  const client = await createClient()
  const answered = await ory.oauth2TokenExchange({
    ...(await newCode(client)),
    basic: client.basic,
  })

  expect(answered).toMatchObject({
    access_token: expect.stringMatching(/^ory_at_/),
    refresh_token: expect.stringMatching(/^ory_rt_/),
    scope: 'openid offline read',
    token_type: 'bearer',
  })
  const claims = await verifiedClaims(answered.id_token ?? '', client.client_id)
  expect(claims).toMatchObject({ sub: expect.any(String), sid: expect.any(String) })
})

test('gives no refresh token without the offline scope, and no id token without openid', async () => {
  const client = await createClient()
  const online = await signIn(client, { scope: 'openid read' })
  const plain = await signIn(client, { scope: 'offline read' })

  expect(online.tokens).toHaveProperty('id_token')
  expect(online.tokens).not.toHaveProperty('refresh_token')
  expect(plain.tokens).toHaveProperty('refresh_token')
  expect(plain.tokens).not.toHaveProperty('id_token')
})

test('ends every token of a code that is exchanged twice', async () => {
  const client = await createClient()
  const exchange = { ...(await newCode(client)), basic: client.basic }
  const { access_token, refresh_token = '' } = await ory.oauth2TokenExchange(exchange)
  expect(await areActive(access_token, refresh_token)).toEqual([true, true])

  const error = await apiError(ory.oauth2TokenExchange(exchange))

  expect(error).toMatchObject({ status: 400, retryable: false, body: { error: 'invalid_grant' } })
  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
})

test('does not spend a code on a wrong redirect URI, nor on another client', async () => {
  const [client, stranger] = [await createClient(), await createClient()]
  const code = await newCode(client)

  const errors = [
    await apiError(
      ory.oauth2TokenExchange({ ...code, redirect_uri: `${redirectUri}/x`, basic: client.basic }),
    ),
    await apiError(ory.oauth2TokenExchange({ ...code, basic: stranger.basic })),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  }
  const { access_token } = await ory.oauth2TokenExchange({ ...code, basic: client.basic })
  expect(await isActive(access_token)).toBe(true)
})

test('refuses a code with the wrong PKCE verifier', async () => {
  const client = await createClient()
  const code_verifier = randomBytes(32).toString('base64url')

  const error = await apiError(
    ory.oauth2TokenExchange({ ...(await newCode(client)), code_verifier, basic: client.basic }),
  )

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('exchanges the code of a public client for its id and PKCE verifier', async () => {
  const client = await createClient({ token_endpoint_auth_method: 'none' })
  const { client_id } = client

  const answered = await ory.oauth2TokenExchange({ ...(await newCode(client)), client_id })

  const next = await ory.oauth2TokenExchange({
    grant_type: 'refresh_token',
    refresh_token: answered.refresh_token ?? '',
    client_id,
  })
  expect(await isActive(next.access_token)).toBe(true)
})

test('replaces both tokens by a refresh, and keeps the scope whatever scope is asked for', async () => {
  const client = await createClient()
  const { access_token, refresh_token } = await signIn(client)

  const next = await ory.oauth2TokenExchange({
    grant_type: 'refresh_token',
    refresh_token,
    scope: 'openid',
    basic: client.basic,
  })

  expect(next).toMatchObject({ token_type: 'bearer', scope: 'openid offline read' })
  const nextRefreshToken = next.refresh_token ?? ''
  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
  expect(await areActive(next.access_token, nextRefreshToken)).toEqual([true, true])
})

test('ends the whole chain when a refresh token is used again', async () => {
  const client = await createClient()
  const { refresh_token } = await signIn(client)
  const next = await refresh(client, refresh_token)
  const nextRefreshToken = next.refresh_token ?? ''

  const error = await apiError(refresh(client, refresh_token))

  expect(error).toMatchObject({
    status: 400,
    retryable: false,
    body: {
      error: 'invalid_grant',
      error_description: expect.stringContaining('The refresh token was already used.'),
    },
  })
  expect(await areActive(next.access_token, nextRefreshToken)).toEqual([false, false])
  expect(await apiError(refresh(client, nextRefreshToken))).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
})

test("refuses another client's refresh token, which stays as good as it was", async () => {
  const client = await createClient()
  const { refresh_token } = await signIn(client)

  const error = await apiError(refresh(await createClient(), refresh_token))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await refresh(client, refresh_token)).toMatchObject({ token_type: 'bearer' })
})

test('writes the id token of a refresh for the same user and login session', async () => {
  const client = await createClient()
  const { refresh_token, subject, sid } = await signIn(client)

  const { id_token = '' } = await refresh(client, refresh_token)

  expect(decodeJwt(id_token)).toMatchObject({ sub: subject, sid })
})

test.each([
  [
    'a wrong secret',
    async (client_id: string) => ({ basic: { client_id, client_secret: 'wrong!' } }),
  ],
  [
    'an unknown client',
    async () => ({ basic: { client_id: unique('unknown'), client_secret: 'any-secret' } }),
  ],
  [
    'credentials in the form of a client that uses the header',
    async (client_id: string, client_secret: string) => ({ client_id, client_secret }),
  ],
  ['no secret at all', async (client_id: string) => ({ client_id })],
])('answers %s with invalid_client, which is no matter of our own key', async (_what, wrong) => {
  const { client_id, client_secret } = await createClient()

  const error = await apiError(
    ory.oauth2TokenExchange({
      grant_type: 'client_credentials',
      ...(await wrong(client_id, client_secret)),
    }),
  )

  expect(error).toMatchObject({
    status: 401,
    retryable: false,
    configuration: false,
    body: { error: 'invalid_client' },
  })
})

test('answers a scope that the client may not have with invalid_scope', async () => {
  const error = await apiError(clientCredentials(await createClient(), { scope: 'admin' }))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
})

test('answers an audience that the client may not have as an invalid request', async () => {
  const client = await createClient()

  const error = await apiError(clientCredentials(client, { audience: 'https://other.example' }))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('answers a grant that the client may not use with unauthorized_client', async () => {
  const client = await createClient({ grant_types: ['authorization_code'] })

  const error = await apiError(clientCredentials(client))

  expect(error).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
})

test('lets a client without grant types use the authorization code alone', async () => {
  const client = await createClient({ grant_types: [], response_types: [] })

  const { access_token } = await signIn(client, { scope: 'openid read' })

  expect(await isActive(access_token)).toBe(true)
  expect(await apiError(clientCredentials(client))).toMatchObject({
    body: { error: 'unauthorized_client' },
  })
})

test('gives a public client no token for itself', async () => {
  const { client_id } = await createBareClient({
    token_endpoint_auth_method: 'none',
    grant_types: ['client_credentials'],
  })

  const error = await apiError(
    ory.oauth2TokenExchange({ grant_type: 'client_credentials', client_id }),
  )

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})
