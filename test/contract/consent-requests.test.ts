import { createBrowser } from '@lapse/ory-emulator'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createClient } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { sentWith, signIn, startConsent } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { introspect } from './setup/tokens.ts'

const grant = { grant_scope: ['openid'] }

test('tells the consent app who asks for what, and by which login', async () => {
  const client = await createClient()
  const { challenge, subject, sid } = await startConsent(client, { scope: 'openid read' })

  const request = await ory.getOAuth2ConsentRequest({ consent_challenge: challenge })

  expect(request).toMatchObject({
    challenge,
    consent_request_id: expect.stringMatching(/^[\da-f]{32}$/),
    requested_scope: ['openid', 'read'],
    requested_access_token_audience: [],
    skip: false,
    subject,
    oidc_context: {},
    client: { client_id: client.client_id },
    login_challenge: expect.stringMatching(/^[\da-f]{32}$/),
    login_session_id: sid,
    acr: '',
    amr: [],
    context: null,
  })
  expect(sid).toMatch(/^[\da-f-]{36}$/)
})

test('sends the browser of an accepted consent back to the client with a code', async () => {
  const { challenge, browser } = await startConsent(await createClient())

  const { redirect_to } = await ory.acceptOAuth2ConsentRequest({
    consent_challenge: challenge,
    body: grant,
  })

  const { status, location } = await browser.get(redirect_to)
  expect(status).toBe(303)
  expect(sentWith(location, 'code')).toMatch(/^ory_ac_/)
  expect(sentWith(location, 'scope')).toBe('openid')
})

test('has no effect until the browser brings the verifier back', async () => {
  const { challenge, browser, subject } = await startConsent(await createClient())
  const listed = async () => (await ory.listOAuth2ConsentSessions({ subject })).items.length

  const { redirect_to } = await ory.acceptOAuth2ConsentRequest({
    consent_challenge: challenge,
    body: grant,
  })

  expect(await listed()).toBe(0)
  await browser.get(redirect_to)
  expect(await listed()).toBe(1)
})

test('puts what the consent app says into the tokens', async () => {
  const client = await createClient()

  const { access_token, refresh_token, tokens, subject, sid } = await signIn(client, {
    session: { access_token: { tenant: 't1' }, id_token: { email: 'e@a.example' } },
  })

  expect(await introspect(access_token)).toMatchObject({ sub: subject, ext: { tenant: 't1' } })
  expect(await introspect(refresh_token)).toMatchObject({ sub: subject, ext: { tenant: 't1' } })
  expect(decodeJwt(tokens.id_token ?? '')).toMatchObject({
    email: 'e@a.example',
    sub: subject,
    sid,
    aud: [client.client_id],
  })
})

test('can be read and accepted again, but only one verifier gives a code', async () => {
  const { challenge: consent_challenge, browser } = await startConsent(await createClient())
  const accept = () => ory.acceptOAuth2ConsentRequest({ consent_challenge, body: grant })
  const [first, second] = [await accept(), await accept()]

  const landings = [await browser.get(second.redirect_to), await browser.get(first.redirect_to)]

  expect(sentWith(landings[0]?.location, 'code')).toMatch(/^ory_ac_/)
  expect(sentWith(landings[1]?.location, 'error')).toBe('access_denied')
  expect(await ory.getOAuth2ConsentRequest({ consent_challenge })).toMatchObject({
    challenge: consent_challenge,
  })
})

test('refuses the verifier in a browser that did not begin the flow, and has it spent by that', async () => {
  const { accept, browser } = await startConsent(await createClient())
  const { redirectTo } = await accept()

  const elsewhere = await createBrowser().get(redirectTo)
  const afterwards = await browser.get(redirectTo)

  expect(sentWith(elsewhere.location, 'error')).toBe('request_forbidden')
  expect(sentWith(afterwards.location, 'error')).toBe('access_denied')
})

test('tells the client why a consent was rejected', async () => {
  const { challenge, browser, subject } = await startConsent(await createClient())

  const { redirect_to } = await ory.rejectOAuth2ConsentRequest({
    consent_challenge: challenge,
    body: { error: 'access_denied', error_description: 'not today' },
  })

  const { location } = await browser.get(redirect_to)
  expect(sentWith(location, 'error')).toBe('access_denied')
  expect(sentWith(location, 'error_description')).toBe('not today')
  expect(await ory.listOAuth2ConsentSessions({ subject })).toMatchObject({ items: [] })
})

test('tells the client that a consent was rejected even without a reason', async () => {
  const { challenge, browser } = await startConsent(await createClient())

  const { redirect_to } = await ory.rejectOAuth2ConsentRequest({ consent_challenge: challenge })

  const { location } = await browser.get(redirect_to)
  expect(sentWith(location, 'error')).toBe('consent request denied')
})

test('skips the consent that the same subject gave the same client to remember', async () => {
  const client = await createClient()
  const other = await createClient()
  const { browser, subject } = await signIn(client, { rememberLogin: true, rememberConsent: true })
  const skips = async (asking: typeof client) => {
    const { challenge } = await startConsent(asking, { browser, subject })
    const request = await ory.getOAuth2ConsentRequest({ consent_challenge: challenge })

    return 'skip' in request && request.skip
  }

  expect(await skips(client)).toBe(true)
  expect(await skips(other)).toBe(false)
})

test.each([
  ['more than was granted', { scope: 'openid offline read write' }],
  ['to be asked', { parameters: { prompt: 'consent' } }],
])(
  'asks again, in spite of a remembered consent, a client that wants %s',
  async (_what, wanted) => {
    const client = await createClient()
    const { browser, subject } = await signIn(client, {
      rememberLogin: true,
      rememberConsent: true,
    })

    const { challenge } = await startConsent(client, { browser, subject, ...wanted })

    const request = await ory.getOAuth2ConsentRequest({ consent_challenge: challenge })
    expect(request).toMatchObject({ skip: false, subject })
  },
)

test('says by the client alone, and not by skip, that a trusted client needs no consent', async () => {
  const { challenge } = await startConsent(await createClient({ skip_consent: true }))

  const request = await ory.getOAuth2ConsentRequest({ consent_challenge: challenge })

  expect(request).toMatchObject({ skip: false, client: { skip_consent: true } })
})

test('answers a challenge it cannot read as a missing row', async () => {
  const consent_challenge = 'no-such-challenge'

  const errors = [
    await apiError(ory.getOAuth2ConsentRequest({ consent_challenge })),
    await apiError(ory.acceptOAuth2ConsentRequest({ consent_challenge, body: grant })),
    await apiError(ory.rejectOAuth2ConsentRequest({ consent_challenge })),
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
