import { randomBytes } from 'node:crypto'
import type { OAuth2Redirect } from '@lapse/core/ory'
import { expect, test } from 'vitest'
import { createClient, newSubject, redirectUri, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { sentWith, signIn, startSignIn } from './setup/sign-in.ts'
import { isActive } from './setup/tokens.ts'

/** An authorization request that is in order. */
const requestOf = ({ client_id }: { readonly client_id: string }) => ({
  client_id,
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'openid offline read',
  state: randomBytes(8).toString('base64url'),
})

/** The names and values of the cookies that a browser has after these redirects. */
const cookieAfter = (...redirects: readonly OAuth2Redirect[]): string => {
  const pairs = redirects.flatMap(({ set_cookie }) => set_cookie.map((line) => line.split(';')[0]))
  const byName = new Map(pairs.map((pair = '') => [pair.slice(0, pair.indexOf('=')), pair]))

  return [...byName.values()].join('; ')
}

/** The parameters that `redirect_to` asks a browser to bring to the authorization endpoint. */
const parametersIn = (redirect_to: string) =>
  Object.fromEntries(new URL(redirect_to).searchParams) as Record<string, string> & {
    client_id: string
  }

test('sends the browser to the login app with a challenge and a cookie, and does not follow', async () => {
  const { status, location, set_cookie } = await ory.oAuth2Authorize(
    requestOf(await createClient()),
  )

  expect(status).toBe(302)
  expect(sentWith(location, 'login_challenge')).toMatch(/./)
  expect(set_cookie).toEqual([expect.stringMatching(/login_csrf.*HttpOnly/)])
})

test('plays a whole authorization by the operations alone, the cookies carried by hand', async () => {
  const client = await createClient()
  const subject = newSubject()
  const request = requestOf(client)

  const begun = await ory.oAuth2Authorize(request)
  const login = await ory.acceptOAuth2LoginRequest({
    login_challenge: sentWith(begun.location, 'login_challenge') ?? '',
    body: { subject },
  })
  const loggedIn = await ory.oAuth2Authorize({
    ...parametersIn(login.redirect_to),
    cookie: cookieAfter(begun),
  })
  const consent = await ory.acceptOAuth2ConsentRequest({
    consent_challenge: sentWith(loggedIn.location, 'consent_challenge') ?? '',
    body: { grant_scope: ['openid'] },
  })
  const granted = await ory.oAuth2Authorize({
    ...parametersIn(consent.redirect_to),
    cookie: cookieAfter(begun, loggedIn),
  })

  expect(granted.status).toBe(303)
  expect(sentWith(granted.location, 'state')).toBe(request.state)
  const { access_token } = await ory.oauth2TokenExchange({
    grant_type: 'authorization_code',
    code: sentWith(granted.location, 'code') ?? '',
    redirect_uri: redirectUri,
    basic: client.basic,
  })
  expect(await isActive(access_token)).toBe(true)
})

test.each([
  ['a state that is too short', { state: '1234567' }, 'invalid_state'],
  ['a scope that the client may not have', { scope: 'admin' }, 'invalid_scope'],
  ['a response type of no kind', { response_type: 'bogus' }, 'unsupported_response_type'],
  ['no login to be asked for where there is none yet', { prompt: 'none' }, 'login_required'],
])('tells the client of %s', async (_what, wrong, error) => {
  const request = { ...requestOf(await createClient()), ...wrong }

  const { status, location } = await ory.oAuth2Authorize(request)

  expect(status).toBe(303)
  expect(location.startsWith(`${redirectUri}?`)).toBe(true)
  expect(sentWith(location, 'error')).toBe(error)
  expect(sentWith(location, 'state')).toBe(request.state)
})

test.each([
  ['a client it does not know', { client_id: unique('unknown') }, 'invalid_client'],
  [
    'a redirect URI that is not the client’s',
    { redirect_uri: 'https://evil.example' },
    'invalid_request',
  ],
])('tells its own error page, and not the client, of %s', async (_what, wrong, error) => {
  const request = { ...requestOf(await createClient()), ...wrong }

  const { status, location } = await ory.oAuth2Authorize(request)

  expect(status).toBe(302)
  expect(location.startsWith(request.redirect_uri)).toBe(false)
  expect(sentWith(location, 'error')).toBe(error)
})

test('asks for consent, by an error, where none may be asked for and none is remembered', async () => {
  const { browser, subject } = await signIn(await createClient(), { rememberLogin: true })
  const { accept } = await startSignIn(await createClient(), {
    browser,
    subject,
    parameters: { prompt: 'none' },
  })

  const { redirectTo } = await accept()

  expect(sentWith((await browser.get(redirectTo)).location, 'error')).toBe('consent_required')
})

test('asks a remembered user to log in again where the client wants it', async () => {
  const client = await createClient()
  const { browser, subject } = await signIn(client, { rememberLogin: true })

  const { request } = await startSignIn(client, {
    browser,
    subject,
    parameters: { prompt: 'login' },
  })

  expect(request).toMatchObject({ skip: false, subject: '' })
})
