import { createBrowser } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { createClient, newSubject } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { isRemembered, sentWith, signIn, startSignIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'

test('tells the login app what is asked for, and by whom', async () => {
  const client = await createClient({ audience: ['https://api.example'] })
  const { challenge } = await startSignIn(client, {
    scope: 'openid read',
    audience: ['https://api.example'],
    parameters: {
      login_hint: 'me@a.example',
      ui_locales: 'de en',
      acr_values: 'a b',
      display: 'page',
    },
  })

  const request = await ory.getOAuth2LoginRequest({ login_challenge: challenge })

  expect(request).toMatchObject({
    challenge,
    requested_scope: ['openid', 'read'],
    requested_access_token_audience: ['https://api.example'],
    skip: false,
    subject: '',
    oidc_context: {
      login_hint: 'me@a.example',
      ui_locales: ['de', 'en'],
      acr_values: ['a', 'b'],
      display: 'page',
    },
    client: { client_id: client.client_id },
    request_url: expect.stringContaining(`client_id=${client.client_id}`),
    session_id: expect.stringMatching(/^[\da-f-]{36}$/),
  })
  expect('client' in request && request.client).not.toHaveProperty('client_secret')
})

test('sends the browser of an accepted login on to the consent app', async () => {
  const { challenge, browser, subject } = await startSignIn(await createClient())

  const { redirect_to } = await ory.acceptOAuth2LoginRequest({
    login_challenge: challenge,
    body: { subject, acr: '2', amr: ['pwd'], context: { from: 'login' } },
  })

  const { status, location } = await browser.get(redirect_to)
  const consent_challenge = sentWith(location, 'consent_challenge') ?? ''
  expect(status).toBe(302)
  expect(await ory.getOAuth2ConsentRequest({ consent_challenge })).toMatchObject({
    subject,
    acr: '2',
    amr: ['pwd'],
    context: { from: 'login' },
  })
})

test('can be read and accepted again, each time with another verifier', async () => {
  const { challenge: login_challenge, subject } = await startSignIn(await createClient())
  const accept = () => ory.acceptOAuth2LoginRequest({ login_challenge, body: { subject } })
  const [first, second] = [await accept(), await accept()]

  const verifiers = [first, second].map(({ redirect_to }) =>
    sentWith(redirect_to, 'login_verifier'),
  )

  expect(verifiers[0]).not.toBe(verifiers[1])
  expect(await ory.getOAuth2LoginRequest({ login_challenge })).toMatchObject({
    challenge: login_challenge,
  })
})

test('refuses the verifier in a browser that did not begin the flow', async () => {
  const { challenge, subject } = await startSignIn(await createClient())
  const { redirect_to } = await ory.acceptOAuth2LoginRequest({
    login_challenge: challenge,
    body: { subject },
  })

  const { location } = await createBrowser().get(redirect_to)

  expect(sentWith(location, 'error')).toBe('request_forbidden')
})

test('tells the client why a login was rejected', async () => {
  const { challenge, browser } = await startSignIn(await createClient())

  const { redirect_to } = await ory.rejectOAuth2LoginRequest({
    login_challenge: challenge,
    body: { error: 'my_error', error_description: 'because', error_hint: 'of that' },
  })

  const { location } = await browser.get(redirect_to)
  expect(sentWith(location, 'error')).toBe('my_error')
  expect(sentWith(location, 'error_description')).toBe('because of that')
})

test('tells the client that a login was rejected even without a reason', async () => {
  const { challenge, browser } = await startSignIn(await createClient())

  const { redirect_to } = await ory.rejectOAuth2LoginRequest({ login_challenge: challenge })

  const { location } = await browser.get(redirect_to)
  expect(sentWith(location, 'error')).toBe('login request denied')
})

test('skips the login of a subject that the browser is remembered for', async () => {
  const client = await createClient()
  const { browser, subject, sid } = await signIn(client, { rememberLogin: true })

  const { challenge } = await startSignIn(client, { browser, subject })

  const request = await ory.getOAuth2LoginRequest({ login_challenge: challenge })
  expect(request).toMatchObject({ skip: true, subject, session_id: sid })
})

test('remembers no login that was not to be remembered', async () => {
  const client = await createClient()

  expect(await isRemembered(client, await signIn(client))).toBe(false)
})

test('asks to log in anew, and not with an error, when another subject is accepted', async () => {
  const client = await createClient()
  const { browser, subject } = await signIn(client, { rememberLogin: true })
  const { challenge } = await startSignIn(client, { browser, subject })

  const { redirect_to } = await ory.acceptOAuth2LoginRequest({
    login_challenge: challenge,
    body: { subject: newSubject() },
  })

  expect(sentWith(redirect_to, 'prompt')).toBe('login')
  expect(sentWith(redirect_to, 'login_verifier')).toBeNull()
})

test('answers a challenge it cannot read as a missing row', async () => {
  const login_challenge = 'no-such-challenge'

  const errors = [
    await apiError(ory.getOAuth2LoginRequest({ login_challenge })),
    await apiError(ory.acceptOAuth2LoginRequest({ login_challenge, body: { subject: 'u1' } })),
    await apiError(ory.rejectOAuth2LoginRequest({ login_challenge })),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({
      status: 404,
      rowMissing: true,
      retryable: false,
      body: { error: 'Not Found', error_description: 'Unable to locate the requested resource' },
    })
  }
})

test('takes no challenge of another kind', async () => {
  const { challenge } = await startSignIn(await createClient())

  const error = await apiError(ory.getOAuth2ConsentRequest({ consent_challenge: challenge }))

  expect(error).toMatchObject({ status: 404, rowMissing: true })
})
