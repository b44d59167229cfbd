import { type Browser, type LogoutOptions, type LogoutStep, startLogout } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { listenForLogouts, verifiedClaims } from './setup/relying-party.ts'
import { adminUrl, features, ory, publicUrl } from './setup/server.ts'
import { isRemembered, sentWith, signIn } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive } from './setup/tokens.ts'

const postLogoutUri = 'http://127.0.0.1:9/goodbye'

/** Brings a browser that is logged in as far as the logout app. */
const startLogoutIn = async (
  browser: Browser,
  options: Partial<LogoutOptions> = {},
): Promise<LogoutStep> => {
  const step = await startLogout({ adminUrl, publicUrl, browser, ...options })
  if ('challenge' in step) return step

  throw new Error(`sent to ${step.location} instead of the logout app`)
}

/** Somebody remembered, in front of the logout app. */
const startUserLogout = async () => {
  const client = await createClient()
  const signedIn = await signIn(client, { rememberLogin: true })
  const { challenge } = await startLogoutIn(signedIn.browser)

  return { client, signedIn, logout_challenge: challenge }
}

test('tells the logout app who is to be logged out, and that no client asked for it', async () => {
  const { signedIn, logout_challenge } = await startUserLogout()

  const request = await ory.getOAuth2LogoutRequest({ logout_challenge })

  expect(request).toMatchObject({
    challenge: logout_challenge,
    subject: signedIn.subject,
    sid: signedIn.sid,
    request_url: '/oauth2/sessions/logout',
    rp_initiated: false,
    client: null,
  })
})

test('tells the logout app which client asked for the logout', async () => {
  const client = await createClient({ post_logout_redirect_uris: [postLogoutUri] })
  const { browser, subject, tokens } = await signIn(client, { rememberLogin: true })
  const { challenge } = await startLogoutIn(browser, {
    idTokenHint: tokens.id_token ?? '',
    postLogoutRedirectUri: postLogoutUri,
    state: 'st-1',
  })

  const request = await ory.getOAuth2LogoutRequest({ logout_challenge: challenge })

  expect(request).toMatchObject({
    subject,
    rp_initiated: true,
    client: { client_id: client.client_id },
  })
  expect('client' in request && request.client).not.toHaveProperty('client_secret')
})

test('ends the login session once the browser has brought an accepted logout back', async () => {
  const { client, signedIn, logout_challenge } = await startUserLogout()

  const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge })
  expect(sentWith(redirect_to, 'logout_verifier')).toMatch(/./)

  await signedIn.browser.get(redirect_to)
  expect(await isRemembered(client, signedIn)).toBe(false)
})

test('ends no session by an accept that the browser does not bring back', async () => {
  const { client, signedIn, logout_challenge } = await startUserLogout()

  await ory.acceptOAuth2LogoutRequest({ logout_challenge })

  expect(await isRemembered(client, signedIn)).toBe(true)
})

test('sends the browser on to where the client wants it, with its state', async () => {
  const client = await createClient({ post_logout_redirect_uris: [postLogoutUri] })
  const { browser, tokens } = await signIn(client, { rememberLogin: true })
  const { challenge } = await startLogoutIn(browser, {
    idTokenHint: tokens.id_token ?? '',
    postLogoutRedirectUri: postLogoutUri,
    state: 'st-1',
  })

  const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge: challenge })

  expect((await browser.get(redirect_to)).location).toBe(`${postLogoutUri}?state=st-1`)
})

test('leaves every token alive after a logout', async () => {
  const { signedIn, logout_challenge } = await startUserLogout()
  const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge })

  await signedIn.browser.get(redirect_to)

  expect(await areActive(signedIn.access_token, signedIn.refresh_token)).toEqual([true, true])
})

test('keeps the login session when the logout is rejected, which is answered with nothing', async () => {
  const { client, signedIn, logout_challenge } = await startUserLogout()

  const answered = await ory.rejectOAuth2LogoutRequest({ logout_challenge })

  expect(answered).toBeUndefined()
  expect(await isRemembered(client, signedIn)).toBe(true)
})

test('can be rejected twice, and accepted all the same', async () => {
  const { client, signedIn, logout_challenge } = await startUserLogout()
  await ory.rejectOAuth2LogoutRequest({ logout_challenge })
  await ory.rejectOAuth2LogoutRequest({ logout_challenge })

  const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge })

  await signedIn.browser.get(redirect_to)
  expect(await isRemembered(client, signedIn)).toBe(false)
})

test('answers a challenge it cannot read as a missing row', async () => {
  const logout_challenge = 'no-such-challenge'

  const errors = [
    await apiError(ory.getOAuth2LogoutRequest({ logout_challenge })),
    await apiError(ory.acceptOAuth2LogoutRequest({ logout_challenge })),
    await apiError(ory.rejectOAuth2LogoutRequest({ logout_challenge })),
  ]

  for (const error of errors) {
    expect(error).toMatchObject({ status: 404, rowMissing: true, retryable: false })
  }
})

test('gives a browser that is not logged in nothing to log out of', async () => {
  const { browser } = await signIn(await createClient())

  const step = await startLogout({ adminUrl, publicUrl, browser })

  expect(step).toMatchObject({ status: 302 })
  expect(step).not.toHaveProperty('challenge')
})

const onServersThatCallBack = () => {
  test('tells the client of a logout in the browser by the back-channel', async () => {
    const relyingParty = await listenForLogouts()
    const client = await createClient({ backchannel_logout_uri: relyingParty.url('/told') })
    const { browser, sid } = await signIn(client, { rememberLogin: true })
    const { challenge } = await startLogoutIn(browser)
    const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge: challenge })
    expect(relyingParty.received).toEqual([])

    await browser.get(redirect_to)

    const { form } = await relyingParty.receives('/told')
    const claims = await verifiedClaims(form.get('logout_token') ?? '', client.client_id)
    expect(claims).toMatchObject({ sid })
  })
}

const onServersWithStatelessLogout = () => {
  test('still reads a stateless logout request after it was rejected, accepted and completed', async () => {
    const { signedIn, logout_challenge } = await startUserLogout()
    const read = () => ory.getOAuth2LogoutRequest({ logout_challenge })
    const { sid } = signedIn

    await ory.rejectOAuth2LogoutRequest({ logout_challenge })
    expect(await read()).toMatchObject({ sid })
    const first = await ory.acceptOAuth2LogoutRequest({ logout_challenge })
    const second = await ory.acceptOAuth2LogoutRequest({ logout_challenge })
    await signedIn.browser.get(first.redirect_to)

    expect(second.redirect_to).not.toBe(first.redirect_to)
    expect(await read()).toMatchObject({ sid })
  })

  test('answers a logout challenge of an older server with 401: expired, and no matter of keys', async () => {
    const logout_challenge = crypto.randomUUID()

    const errors = [
      await apiError(ory.getOAuth2LogoutRequest({ logout_challenge })),
      await apiError(ory.acceptOAuth2LogoutRequest({ logout_challenge })),
      await apiError(ory.rejectOAuth2LogoutRequest({ logout_challenge })),
    ]

    for (const error of errors) {
      expect(error).toMatchObject({
        status: 401,
        retryable: false,
        configuration: false,
        body: { error: 'request_unauthorized' },
      })
    }
  })
}

const onServersWithLogoutRows = () => {
  test('answers a completed logout request with where to go, as a value and no error (410)', async () => {
    const { signedIn, logout_challenge } = await startUserLogout()
    const { redirect_to } = await ory.acceptOAuth2LogoutRequest({ logout_challenge })
    await signedIn.browser.get(redirect_to)

    const answered = await ory.getOAuth2LogoutRequest({ logout_challenge })

    expect(answered).toEqual({ redirect_to: '/oauth2/sessions/logout' })
  })

  test('misses the row of a logout request that was rejected', async () => {
    const { logout_challenge } = await startUserLogout()
    await ory.rejectOAuth2LogoutRequest({ logout_challenge })

    const error = await apiError(ory.getOAuth2LogoutRequest({ logout_challenge }))

    expect(error).toMatchObject({ status: 404, rowMissing: true })
  })

  test('gives an accepted logout request the same verifier again', async () => {
    const { logout_challenge } = await startUserLogout()

    const first = await ory.acceptOAuth2LogoutRequest({ logout_challenge })

    expect(await ory.acceptOAuth2LogoutRequest({ logout_challenge })).toEqual(first)
  })
}

if (features.callsBack) onServersThatCallBack()
else {
  test.skip('tells the client of a logout (the server cannot reach a listener on this machine)')
}
if (features.statelessLogout) onServersWithStatelessLogout()
else onServersWithLogoutRows()
