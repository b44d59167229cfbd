import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, clientCredentials, refresh } from './setup/tokens.ts'

test.each(['access_token', 'refresh_token'] as const)(
  'ends both tokens of a chain by its %s',
  async (kind) => {
    const client = await createClient()
    const { access_token, refresh_token, subject } = await signIn(client)
    const token = { access_token, refresh_token }[kind]

    const answered = await ory.revokeOAuth2Token({ token, basic: client.basic })

    expect(answered).toBeUndefined()
    expect(await areActive(access_token, refresh_token)).toEqual([false, false])
    expect(await apiError(refresh(client, refresh_token))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    const { items } = await ory.listOAuth2ConsentSessions({ subject })
    expect(items).toHaveLength(1)
  },
)

test('ends a token under the wrong hint', async () => {
  const client = await createClient()
  const { access_token, refresh_token } = await signIn(client)

  await ory.revokeOAuth2Token({
    token: refresh_token,
    token_type_hint: 'access_token',
    basic: client.basic,
  })

  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
})

test('ends one token that a client got for itself, and none of its others', async () => {
  const client = await createClient()
  const revoked = await clientCredentials(client)
  const kept = await clientCredentials(client)

  await ory.revokeOAuth2Token({ token: revoked.access_token, basic: client.basic })

  expect(await areActive(revoked.access_token, kept.access_token)).toEqual([false, true])
})

test("answers 200 for another client's tokens, which stay active", async () => {
  const stranger = await createClient()
  const { access_token, refresh_token } = await signIn(await createClient())

  const answered = [
    await ory.revokeOAuth2Token({ token: access_token, basic: stranger.basic }),
    await ory.revokeOAuth2Token({ token: refresh_token, basic: stranger.basic }),
  ]

  expect(answered).toEqual([undefined, undefined])
  expect(await areActive(access_token, refresh_token)).toEqual([true, true])
})

test('answers 200 for a refresh token that was used already, and leaves the newer tokens', async () => {
  const client = await createClient()
  const { refresh_token } = await signIn(client)
  const next = await refresh(client, refresh_token)

  await ory.revokeOAuth2Token({ token: refresh_token, basic: client.basic })

  expect(await areActive(next.access_token, next.refresh_token ?? '')).toEqual([true, true])
})

test('answers 200 for a token it never gave, so that credentials can be probed', async () => {
  const { basic } = await createClient()

  expect(await ory.revokeOAuth2Token({ token: 'no-such-token', basic })).toBeUndefined()
})

test.each([
  ['a wrong secret', (client_id: string) => ({ client_id, client_secret: 'wrong-secret' })],
  ['an unknown client', () => ({ client_id: unique('unknown'), client_secret: 'any-secret' })],
])('refuses %s with invalid_client, and revokes nothing', async (_what, wrong) => {
  const client = await createClient()
  const { access_token } = await clientCredentials(client)

  const error = await apiError(
    ory.revokeOAuth2Token({ token: access_token, basic: wrong(client.client_id) }),
  )

  expect(error).toMatchObject({
    status: 401,
    retryable: false,
    configuration: false,
    body: { error: 'invalid_client' },
  })
  expect(await areActive(access_token)).toEqual([true])
})

test('takes the credentials of client_secret_post from the form, and from nowhere else', async () => {
  const { client_id, client_secret, basic } = await createClient({
    token_endpoint_auth_method: 'client_secret_post',
  })
  const token = 'no-such-token'

  expect(await ory.revokeOAuth2Token({ token, client_id, client_secret })).toBeUndefined()
  expect(await apiError(ory.revokeOAuth2Token({ token, basic }))).toMatchObject({ status: 401 })
})

test('takes the id of a public client, and no bare id of a confidential one', async () => {
  const { client_id } = await createBareClient({ token_endpoint_auth_method: 'none' })
  const confidential = await createClient()
  const token = 'no-such-token'

  expect(await ory.revokeOAuth2Token({ token, client_id })).toBeUndefined()
  const error = await apiError(ory.revokeOAuth2Token({ token, client_id: confidential.client_id }))
  expect(error).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('takes a secret with any character, form-encoded before it is base64', async () => {
  const { basic } = await createClient({ client_secret: 'a:b%c+d e/ü&=?~*' })

  expect(await ory.revokeOAuth2Token({ token: 'no-such-token', basic })).toBeUndefined()
})
