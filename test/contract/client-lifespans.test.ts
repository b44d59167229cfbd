import { type OAuth2ClientLifespans, parseGoDuration } from '@lapse/core/ory'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createBareClient, createClient, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { signIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { clientCredentials, introspect, isActive, refresh } from './setup/tokens.ts'

const secondsLeft = async (token: string): Promise<number> => {
  const { exp = 0 } = await introspect(token)

  return exp - Date.now() / 1000
}

test('replaces every lifespan: those left out fall back to the default', async () => {
  const { client_id: id } = await createBareClient({
    client_name: 'kept',
    refresh_token_grant_refresh_token_lifespan: '24h',
  })

  const answered = await ory.setOAuth2ClientLifespans({
    id,
    body: { client_credentials_grant_access_token_lifespan: '5m' },
  })

  expect(answered).toMatchObject({
    client_id: id,
    client_name: 'kept',
    client_credentials_grant_access_token_lifespan: '5m0s',
    refresh_token_grant_refresh_token_lifespan: null,
  })
  expect(answered).not.toHaveProperty('client_secret')
  expect(await ory.getOAuth2Client({ id })).toEqual(answered)
})

test.each([
  ['31h', '31h0m0s', 111_600_000],
  ['1h30m', '1h30m0s', 5_400_000],
  ['900s', '15m0s', 900_000],
  ['500ms', '500ms', 500],
  ['1us', '1µs', 0.001],
  ['1.5h', '1h30m0s', 5_400_000],
  ['1h1m1s1ms', '1h1m1.001s', 3_661_001],
  ['0', '0s', 0],
  ['-1h', '-1h0m0s', -3_600_000],
])(
  'answers the duration %s as %s, and the client reads both as %d ms',
  async (sent, received, ms) => {
    const { client_id: id } = await createBareClient()

    const answered = await ory.setOAuth2ClientLifespans({
      id,
      body: { jwt_bearer_grant_access_token_lifespan: sent },
    })

    expect(answered.jwt_bearer_grant_access_token_lifespan).toBe(received)
    expect([sent, received].map(parseGoDuration)).toEqual([ms, ms])
  },
)

test.each(['', '1d', '5', 'abc', '9999999h'])(
  'refuses %j, which is not a duration',
  async (sent) => {
    const { client_id: id } = await createBareClient()

    const error = await apiError(
      ory.setOAuth2ClientLifespans({
        id,
        body: { jwt_bearer_grant_access_token_lifespan: sent },
      }),
    )

    expect(error).toMatchObject({
      status: 400,
      retryable: false,
      body: { error: 'The request was malformed or contained invalid parameters' },
    })
  },
)

test('takes the lifespans of the device flow', async () => {
  const { client_id: id } = await createBareClient()
  const body: OAuth2ClientLifespans = {
    device_authorization_grant_access_token_lifespan: '1m0s',
    device_authorization_grant_id_token_lifespan: '2m0s',
    device_authorization_grant_refresh_token_lifespan: '3m0s',
  }

  expect(await ory.setOAuth2ClientLifespans({ id, body })).toMatchObject(body)
})

test('gives the tokens that follow the new lifespan, and leaves those before as they are', async () => {
  const client = await createClient()
  const before = await clientCredentials(client)

  await ory.setOAuth2ClientLifespans({
    id: client.client_id,
    body: { client_credentials_grant_access_token_lifespan: '7s' },
  })

  const after = await clientCredentials(client)
  expect(before.expires_in).toBeGreaterThan(3590)
  expect(after.expires_in).toBeGreaterThan(0)
  expect(after.expires_in).toBeLessThanOrEqual(7)
  expect(await isActive(before.access_token)).toBe(true)
})

test('gives the tokens of each grant a lifespan of their own', async () => {
  const client = await createClient({
    authorization_code_grant_access_token_lifespan: '5m',
    authorization_code_grant_id_token_lifespan: '6m',
    authorization_code_grant_refresh_token_lifespan: '7m',
    refresh_token_grant_access_token_lifespan: '8m',
    refresh_token_grant_id_token_lifespan: '9m',
    refresh_token_grant_refresh_token_lifespan: '10m',
  })
  const first = await signIn(client)
  const firstRefreshSeconds = await secondsLeft(first.refresh_token)
  const next = await refresh(client, first.refresh_token)

  const idTokens = [first.tokens.id_token ?? '', next.id_token ?? ''].map((token) =>
    decodeJwt(token),
  )
  const minutes = [
    first.tokens.expires_in,
    ...idTokens.map(({ exp = 0, iat = 0 }) => exp - iat),
    next.expires_in ?? 0,
    firstRefreshSeconds,
    await secondsLeft(next.refresh_token ?? ''),
  ].map((seconds) => Math.round(seconds / 60))

  expect(minutes).toEqual([5, 6, 9, 8, 7, 10])
})

test('looks for the client before it reads the lifespans', async () => {
  const id = unique('unknown')

  const error = await apiError(
    ory.setOAuth2ClientLifespans({ id, body: { jwt_bearer_grant_access_token_lifespan: 'abc' } }),
  )

  expect(error).toMatchObject({ status: 404, rowMissing: true })
})
