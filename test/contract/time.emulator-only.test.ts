import {
  authorizeInBrowser,
  createBrowser,
  startAuthorization,
  startLogout,
} from '@lapse/ory-emulator'
import { expect, inject, test } from 'vitest'
import { type OwnEmulator, startOwnEmulator } from './setup/own-emulator.ts'
import { apiError } from './setup/thrown.ts'

const { features } = inject('oryServer')
const minute = 60_000
const hour = 60 * minute

const client = {
  client_id: 'mail',
  client_secret: 'a-secret-of-the-contract-suite',
  redirect_uri: 'http://127.0.0.1:9/callback',
}
const { redirect_uri, ...basic } = client

/** An emulator that knows one client, which may do everything. */
const startWithClient = async (): Promise<OwnEmulator> => {
  const started = await startOwnEmulator()
  await started.ory.createOAuth2Client({
    body: {
      ...basic,
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'openid offline',
    },
  })

  return started
}

const expired = {
  status: 401,
  retryable: false,
  configuration: false,
  body: { error: 'request_unauthorized' },
}

test('answers a login request after half an hour with 401: expired, and no matter of keys', async () => {
  const { emulator, ory } = await startWithClient()
  const { challenge: login_challenge } = await startAuthorization({
    ...emulator,
    client,
    subject: 'u1',
  })
  emulator.clock.advance(29 * minute)
  expect(await ory.getOAuth2LoginRequest({ login_challenge })).toMatchObject({ skip: false })

  emulator.clock.advance(2 * minute)

  const errors = [
    await apiError(ory.getOAuth2LoginRequest({ login_challenge })),
    await apiError(ory.acceptOAuth2LoginRequest({ login_challenge, body: { subject: 'u1' } })),
    await apiError(ory.rejectOAuth2LoginRequest({ login_challenge })),
  ]
  for (const error of errors) expect(error).toMatchObject(expired)
})

test('answers a consent request after half an hour with 401: expired', async () => {
  const { emulator, ory } = await startWithClient()
  const login = await startAuthorization({ ...emulator, client, subject: 'u1' })
  const { challenge: consent_challenge } = await (await login.accept()).proceed()

  emulator.clock.advance(31 * minute)

  const errors = [
    await apiError(ory.getOAuth2ConsentRequest({ consent_challenge })),
    await apiError(ory.acceptOAuth2ConsentRequest({ consent_challenge, body: {} })),
    await apiError(ory.rejectOAuth2ConsentRequest({ consent_challenge })),
  ]
  for (const error of errors) expect(error).toMatchObject(expired)
})

/** Somebody remembered, in front of the logout app for half an hour. */
const waitAtLogout = async () => {
  const { emulator, ory } = await startWithClient()
  const browser = createBrowser()
  await authorizeInBrowser({ ...emulator, client, browser, subject: 'u1', rememberLogin: true })
  const step = await startLogout({ ...emulator, browser })
  emulator.clock.advance(31 * minute)

  return { ory, logout_challenge: 'challenge' in step ? step.challenge : '' }
}

if (features.statelessLogout) {
  test('answers a stateless logout request after half an hour with 401: expired', async () => {
    const { ory, logout_challenge } = await waitAtLogout()

    const errors = [
      await apiError(ory.getOAuth2LogoutRequest({ logout_challenge })),
      await apiError(ory.acceptOAuth2LogoutRequest({ logout_challenge })),
      await apiError(ory.rejectOAuth2LogoutRequest({ logout_challenge })),
    ]

    for (const error of errors) expect(error).toMatchObject(expired)
  })
} else {
  test('keeps the row of a logout request for longer than half an hour', async () => {
    const { ory, logout_challenge } = await waitAtLogout()

    expect(await ory.getOAuth2LogoutRequest({ logout_challenge })).toMatchObject({ subject: 'u1' })
  })
}

test('stops a login in flight after half an hour, so that a second pass finds none', async () => {
  const { emulator } = await startWithClient()
  const login = await startAuthorization({ ...emulator, client, subject: 'u1' })
  const { proceed } = await login.accept()

  emulator.clock.advance(31 * minute)

  await expect(proceed()).rejects.toMatchObject({ error: 'request_unauthorized' })
})

test('gives no code for the used verifier of a revoked consent after half an hour', async () => {
  const { emulator, ory } = await startWithClient()
  const browser = createBrowser()
  const login = await startAuthorization({ ...emulator, client, browser, subject: 'u1' })
  const { redirectTo, proceed } = await (await (await login.accept()).proceed()).accept()
  await proceed()
  await ory.revokeOAuth2ConsentSessions({ subject: 'u1', all: true })

  emulator.clock.advance(31 * minute)

  const { location = '' } = await browser.get(redirectTo)
  expect(new URL(location).searchParams.get('error')).toBe('request_unauthorized')
})

test('refuses a page token after an hour, for good', async () => {
  const { emulator, ory } = await startWithClient()
  await ory.createOAuth2Client({ body: { client_id: 'news' } })
  const { nextPageToken: page_token = '' } = await ory.listOAuth2Clients({ page_size: 1 })
  expect(await ory.listOAuth2Clients({ page_size: 1, page_token })).toMatchObject({
    items: [{ client_id: 'news' }],
  })

  emulator.clock.advance(hour + minute)

  const error = await apiError(ory.listOAuth2Clients({ page_size: 1, page_token }))
  expect(error).toMatchObject({ status: 400, retryable: false })
})

test('ends an access token after an hour, and a refresh token after thirty days', async () => {
  const { emulator, ory } = await startWithClient()
  const { tokens } = await authorizeInBrowser({ ...emulator, client, subject: 'u1' })
  const { access_token, refresh_token = '' } = tokens
  const active = async () => [
    (await ory.introspectOAuth2Token({ token: access_token })).active,
    (await ory.introspectOAuth2Token({ token: refresh_token })).active,
  ]
  expect(await active()).toEqual([true, true])

  emulator.clock.advance(hour + minute)
  expect(await active()).toEqual([false, true])

  emulator.clock.advance(30 * 24 * hour)
  expect(await active()).toEqual([false, false])
  const error = await apiError(
    ory.oauth2TokenExchange({ grant_type: 'refresh_token', refresh_token, basic }),
  )
  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('takes no code after ten minutes', async () => {
  const { emulator } = await startWithClient()
  const login = await startAuthorization({ ...emulator, client, subject: 'u1' })
  const consent = await (await login.accept()).proceed()
  const { exchange } = await (await consent.accept()).proceed()

  emulator.clock.advance(11 * minute)

  await expect(exchange()).rejects.toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('lists a consent no longer once its remembered time is over, and revokes it all the same', async () => {
  const { emulator, ory } = await startWithClient()
  const { tokens } = await authorizeInBrowser({
    ...emulator,
    client,
    subject: 'u1',
    rememberConsent: 3600,
  })
  const { refresh_token = '' } = tokens
  expect((await ory.listOAuth2ConsentSessions({ subject: 'u1' })).items).toHaveLength(1)

  emulator.clock.advance(hour + minute)

  expect((await ory.listOAuth2ConsentSessions({ subject: 'u1' })).items).toEqual([])
  await ory.revokeOAuth2ConsentSessions({ subject: 'u1', all: true })
  expect(await ory.introspectOAuth2Token({ token: refresh_token })).toEqual({ active: false })
})
