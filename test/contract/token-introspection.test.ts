import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { ory, publicUrl } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { clientCredentials, introspect, isActive } from './setup/tokens.ts'

const bare = publicUrl.replace(/\/$/, '')

test('tells what an access token is worth, to whom and until when', async () => {
  const client = await createClient({ audience: ['https://api.example'] })
  const { subject, access_token } = await signIn(client, { audience: ['https://api.example'] })

  const told = await introspect(access_token)

  expect(told).toEqual({
    active: true,
    client_id: client.client_id,
    sub: subject,
    scope: 'openid offline read',
    aud: ['https://api.example'],
    iss: expect.stringContaining(bare),
    token_type: 'Bearer',
    token_use: 'access_token',
    iat: expect.any(Number),
    nbf: told.iat,
    exp: expect.any(Number),
  })
  // Both are whole seconds, and the token was not issued on the dot of one.
  expect(Math.abs((told.exp ?? 0) - (told.iat ?? 0) - 3600)).toBeLessThanOrEqual(1)
})

test('tells a refresh token from an access token by its use alone', async () => {
  const { refresh_token } = await signIn(await createClient())

  expect(await introspect(refresh_token)).toMatchObject({
    active: true,
    token_use: 'refresh_token',
    token_type: 'Bearer',
  })
})

test('tells the client as the subject of a token that it got for itself', async () => {
  const client = await createClient()
  const { access_token } = await clientCredentials(client)

  const told = await introspect(access_token)

  expect(told).toMatchObject({ active: true, sub: client.client_id, aud: [] })
  expect(told).not.toHaveProperty('scope')
  expect(told).not.toHaveProperty('ext')
})

test('finds a token under either hint', async () => {
  const { access_token, refresh_token } = await signIn(await createClient())

  const told = [
    await ory.introspectOAuth2Token({ token: access_token, token_type_hint: 'refresh_token' }),
    await ory.introspectOAuth2Token({ token: refresh_token, token_type_hint: 'access_token' }),
  ]

  expect(told).toMatchObject([{ token_use: 'access_token' }, { token_use: 'refresh_token' }])
})

test('asks a token for every scope that is named', async () => {
  const client = await createClient()
  const { access_token: token } = await clientCredentials(client, { scope: 'read write' })

  expect(await ory.introspectOAuth2Token({ token, scope: 'read' })).toMatchObject({ active: true })
  expect(await ory.introspectOAuth2Token({ token, scope: 'read write' })).toMatchObject({
    active: true,
  })
  expect(await ory.introspectOAuth2Token({ token, scope: 'read admin' })).toEqual({ active: false })
})

test('answers with one word and no error for whatever is no active token', async () => {
  const { access_token, tokens, code } = await signIn(await createClient())
  const none = ['unknown', 'ory_at_unknown.unknown', access_token.slice(0, -1), code]

  for (const token of [...none, tokens.id_token ?? '']) {
    expect(await introspect(token)).toEqual({ active: false })
  }
})

test('answers a token as inactive once its lifespan is over', async () => {
  const client = await createClient({ client_credentials_grant_access_token_lifespan: '1s' })
  const { access_token } = await clientCredentials(client)

  await expect.poll(() => isActive(access_token), { interval: 200 }).toBe(false)

  expect(await introspect(access_token)).toEqual({ active: false })
})
