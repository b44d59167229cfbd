import { createBrowser } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { createClient, newSubject } from './setup/created.ts'
import { ory, publicUrl } from './setup/server.ts'
import { sentWith } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, introspect } from './setup/tokens.ts'

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'

/** A browser at the verification page, with the challenge it was given there. */
const openVerificationPage = async () => {
  const { status, location, set_cookie } = await ory.performOAuth2DeviceVerificationFlow({})
  const cookie = set_cookie.map((line) => line.split(';')[0]).join('; ')

  return { status, cookie, device_challenge: sentWith(location, 'device_challenge') ?? '' }
}

test('gives a device a code to poll with, and its user one to type', async () => {
  const { basic } = await createClient()

  const answered = await ory.oAuth2DeviceFlow({ basic, scope: 'openid offline' })

  expect(answered).toMatchObject({
    device_code: expect.stringMatching(/^ory_dc_/),
    user_code: expect.stringMatching(/^[A-Za-z\d]{8}$/),
    verification_uri: expect.stringMatching(/\/oauth2\/device\/verify$/),
    interval: 5,
  })
  expect(answered.expires_in).toBeGreaterThan(590)
  expect(answered.expires_in).toBeLessThanOrEqual(600)
  expect(answered.verification_uri_complete).toBe(
    `${answered.verification_uri}?user_code=${answered.user_code}`,
  )
})

test('gives codes to a client that authenticates in the form, and to a public one', async () => {
  const post = await createClient({ token_endpoint_auth_method: 'client_secret_post' })
  const open = await createClient({ token_endpoint_auth_method: 'none' })
  const { client_id, client_secret } = post

  expect(await ory.oAuth2DeviceFlow({ client_id, client_secret })).toHaveProperty('device_code')
  expect(await ory.oAuth2DeviceFlow({ client_id: open.client_id })).toHaveProperty('device_code')
})

test.each([
  ['a wrong secret', { client_secret: 'wrong-secret' }, {}, 401, 'invalid_client'],
  ['a scope that the client may not have', {}, { scope: 'admin' }, 400, 'invalid_scope'],
])('refuses %s', async (_what, wrong, more, status, error) => {
  const { basic } = await createClient()

  const refused = await apiError(ory.oAuth2DeviceFlow({ basic: { ...basic, ...wrong }, ...more }))

  expect(refused).toMatchObject({ status, retryable: false, body: { error } })
})

test('refuses a client that may not use the device flow', async () => {
  const { basic } = await createClient({ grant_types: ['client_credentials'] })

  const error = await apiError(ory.oAuth2DeviceFlow({ basic }))

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('answers a device that its user has not finished yet', async () => {
  const { basic } = await createClient()
  const { device_code } = await ory.oAuth2DeviceFlow({ basic })

  const error = await apiError(ory.oauth2TokenExchange({ grant_type, device_code, basic }))

  expect(error).toMatchObject({
    status: 400,
    retryable: false,
    body: { error: 'authorization_pending' },
  })
})

test('answers a device code it never gave with invalid_grant', async () => {
  const { basic } = await createClient()

  const error = await apiError(
    ory.oauth2TokenExchange({ grant_type, device_code: 'ory_dc_unknown.unknown', basic }),
  )

  expect(error).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('sends a browser from the verification page on with a challenge and a cookie', async () => {
  const { status, device_challenge, cookie } = await openVerificationPage()

  expect(status).toBe(302)
  expect(device_challenge).toMatch(/./)
  expect(cookie).toMatch(/csrf/)
})

test('hands the code that came with the address on to the verification page', async () => {
  const { location } = await ory.performOAuth2DeviceVerificationFlow({ user_code: 'ABCD1234' })

  expect(sentWith(location, 'user_code')).toBe('ABCD1234')
  expect(sentWith(location, 'device_challenge')).toMatch(/./)
})

test('sends the browser of an accepted code to the login app', async () => {
  const { client_id, basic } = await createClient()
  const { user_code } = await ory.oAuth2DeviceFlow({ basic, scope: 'openid offline' })
  const { device_challenge, cookie } = await openVerificationPage()

  const { redirect_to } = await ory.acceptUserCodeRequest({ device_challenge, body: { user_code } })

  expect(sentWith(redirect_to, 'client_id')).toBe(client_id)
  const { location } = await ory.performOAuth2DeviceVerificationFlow({
    client_id,
    device_verifier: sentWith(redirect_to, 'device_verifier') ?? '',
    cookie,
  })
  const login_challenge = sentWith(location, 'login_challenge') ?? ''
  expect(await ory.getOAuth2LoginRequest({ login_challenge })).toMatchObject({
    client: { client_id },
    requested_scope: ['openid', 'offline'],
    skip: false,
  })
})

/** A device whose user typed its code, logged in and consented; nobody has polled for it yet. */
const grantDevice = async () => {
  const client = await createClient()
  const subject = newSubject()
  const browser = createBrowser()
  const { device_code, user_code } = await ory.oAuth2DeviceFlow({
    basic: client.basic,
    scope: 'openid offline',
  })
  const page = await browser.get(new URL('/oauth2/device/verify', publicUrl).href)
  const typed = await ory.acceptUserCodeRequest({
    device_challenge: sentWith(page.location, 'device_challenge') ?? '',
    body: { user_code },
  })
  const begun = await browser.get(typed.redirect_to)
  const login = await ory.acceptOAuth2LoginRequest({
    login_challenge: sentWith(begun.location, 'login_challenge') ?? '',
    body: { subject },
  })
  const loggedIn = await browser.get(login.redirect_to)
  const consent = await ory.acceptOAuth2ConsentRequest({
    consent_challenge: sentWith(loggedIn.location, 'consent_challenge') ?? '',
    body: { grant_scope: ['openid', 'offline'] },
  })
  await browser.get(consent.redirect_to)

  return { client, subject, exchange: { grant_type, device_code, basic: client.basic } as const }
}

test('gives the device its tokens once its user has consented, and only once', async () => {
  const { client, subject, exchange } = await grantDevice()

  const { access_token, refresh_token = '' } = await ory.oauth2TokenExchange(exchange)

  expect(await introspect(access_token)).toMatchObject({
    active: true,
    sub: subject,
    client_id: client.client_id,
    scope: 'openid offline',
  })
  expect(await apiError(ory.oauth2TokenExchange(exchange))).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
  expect(await areActive(access_token, refresh_token)).toEqual([true, true])
})

test('ends the tokens of a device with the consent of its user', async () => {
  const { subject, exchange } = await grantDevice()
  const { access_token, refresh_token = '' } = await ory.oauth2TokenExchange(exchange)
  expect((await ory.listOAuth2ConsentSessions({ subject })).items).toHaveLength(1)

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  expect(await areActive(access_token, refresh_token)).toEqual([false, false])
})

test('gives a device nothing that polls after the consent of its user was revoked', async () => {
  const { subject, exchange } = await grantDevice()

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  expect(await apiError(ory.oauth2TokenExchange(exchange))).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
})

test('refuses the verifier of an accepted code in another browser', async () => {
  const { basic } = await createClient()
  const { user_code } = await ory.oAuth2DeviceFlow({ basic })
  const { device_challenge } = await openVerificationPage()
  const { redirect_to } = await ory.acceptUserCodeRequest({ device_challenge, body: { user_code } })

  expect(await createBrowser().get(redirect_to)).toMatchObject({ status: 403 })
})

test('refuses a code that nobody was given, and a challenge it cannot read', async () => {
  const { device_challenge } = await openVerificationPage()
  const body = { user_code: 'ZZZZZZZZ' }

  const unknownCode = await apiError(ory.acceptUserCodeRequest({ device_challenge, body }))
  const unknownChallenge = await apiError(
    ory.acceptUserCodeRequest({ device_challenge: 'no-such-challenge', body }),
  )

  expect(unknownCode).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  expect(unknownChallenge).toMatchObject({ status: 404, rowMissing: true })
})

test('refuses a verifier it cannot read, which is no matter of our own key', async () => {
  const { client_id } = await createClient()

  const error = await apiError(
    ory.performOAuth2DeviceVerificationFlow({ client_id, device_verifier: 'no-such-verifier' }),
  )

  expect(error).toMatchObject({
    status: 403,
    configuration: false,
    body: { error: 'access_denied' },
  })
})
