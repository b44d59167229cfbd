import { expect, test } from 'vitest'
import { createClient, newSubject, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { isRemembered, type SignedIn, sentWith, signIn, startConsent } from './setup/sign-in.ts'
import { apiError } from './setup/thrown.ts'
import { areActive, clientCredentials, isActive, refresh } from './setup/tokens.ts'

const listed = async (subject: string, login_session_id?: string): Promise<unknown[]> => {
  const { items } = await ory.listOAuth2ConsentSessions({
    subject,
    ...(login_session_id !== undefined && { login_session_id }),
  })

  return items.map(({ consent_request_id }) => consent_request_id)
}

/** Whether the access and the refresh token of a sign-in are active. */
const tokensOf = ({ access_token, refresh_token }: SignedIn) =>
  areActive(access_token, refresh_token)

test('lists what a subject granted, and to whom', async () => {
  const client = await createClient()
  const { subject, sid, consentRequestId } = await signIn(client, {
    grantScope: ['openid', 'offline'],
    rememberConsent: 3600,
    session: { access_token: { tenant: 't1' }, id_token: { email: 'e@a.example' } },
    consent: { context: { from: 'consent' } },
  })

  const { items, nextPageToken } = await ory.listOAuth2ConsentSessions({ subject })

  expect(nextPageToken).toBeUndefined()
  expect(items).toMatchObject([
    {
      consent_request_id: consentRequestId,
      grant_scope: ['openid', 'offline'],
      grant_access_token_audience: [],
      session: { access_token: { tenant: 't1' }, id_token: { email: 'e@a.example' } },
      remember: true,
      remember_for: 3600,
      handled_at: expect.stringMatching(/Z$/),
      context: { from: 'consent' },
      consent_request: {
        consent_request_id: consentRequestId,
        requested_scope: ['openid', 'offline', 'read'],
        skip: false,
        subject,
        client: { client_id: client.client_id },
        login_session_id: sid,
      },
    },
  ])
  expect(items[0]?.consent_request?.client).not.toHaveProperty('client_secret')
})

test('lists nothing for a subject it does not know', async () => {
  expect(await ory.listOAuth2ConsentSessions({ subject: newSubject() })).toEqual({
    items: [],
    nextPageToken: undefined,
  })
})

test('lists a consent that is not remembered, and one whose code was never exchanged', async () => {
  const { accept, subject, consentRequestId } = await startConsent(await createClient())

  await (await accept()).proceed()

  expect(await listed(subject)).toEqual([consentRequestId])
})

test('lists the consent of a client that needs none', async () => {
  const { subject, consentRequestId } = await signIn(await createClient({ skip_consent: true }))

  expect(await listed(subject)).toEqual([consentRequestId])
})

test('lists the consents of one login session alone', async () => {
  const [one, other] = [await createClient(), await createClient()]
  const first = await signIn(one, { rememberLogin: true })
  const { subject, browser } = first
  const same = await signIn(other, { subject, browser })
  const second = await signIn(one, { subject })

  expect(new Set(await listed(subject, first.sid))).toEqual(
    new Set([first.consentRequestId, same.consentRequestId]),
  )
  expect(await listed(subject, second.sid)).toEqual([second.consentRequestId])
  expect(await listed(subject, crypto.randomUUID())).toEqual([])
  expect(await listed(newSubject(), first.sid)).toEqual([])
})

test('under-counts: a grant made by a remembered consent is not listed, though its tokens live', async () => {
  const client = await createClient()
  const first = await signIn(client, { rememberLogin: true, rememberConsent: true })
  const { subject, browser } = first

  const skipped = await signIn(client, { subject, browser })

  expect(await listed(subject)).toEqual([first.consentRequestId])
  expect(await tokensOf(skipped)).toEqual([true, true])
})

test('under-counts: a consent is not listed once its remembered time is over, though its tokens live', async () => {
  const signedIn = await signIn(await createClient(), { rememberConsent: 3 })
  const { subject, consentRequestId } = signedIn
  expect(await listed(subject)).toEqual([consentRequestId])

  await expect.poll(() => listed(subject), { interval: 200 }).toEqual([])

  expect(await tokensOf(signedIn)).toEqual([true, true])
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })
  expect(await tokensOf(signedIn)).toEqual([false, false])
})

test('revokes the unlisted grant of a remembered consent with everything of its subject', async () => {
  const client = await createClient()
  const first = await signIn(client, { rememberLogin: true, rememberConsent: true })
  const { subject, browser } = first
  const skipped = await signIn(client, { subject, browser })

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  expect(await tokensOf(first)).toEqual([false, false])
  expect(await tokensOf(skipped)).toEqual([false, false])
})

test('revokes the unlisted grant of a remembered consent alone by its id', async () => {
  const client = await createClient()
  const first = await signIn(client, { rememberLogin: true, rememberConsent: true })
  const { subject, browser } = first
  const { consentRequestId, ...skipped } = await signIn(client, { subject, browser })

  await ory.revokeOAuth2ConsentSessions({ consent_request_id: consentRequestId })

  expect(await areActive(skipped.access_token, skipped.refresh_token)).toEqual([false, false])
  expect(await tokensOf(first)).toEqual([true, true])
})

test('revokes everything a subject granted, and nothing of another', async () => {
  const [one, other] = [await createClient(), await createClient()]
  const first = await signIn(one)
  const { subject } = first
  const second = await signIn(other, { subject })
  const bystander = await signIn(one)

  const answered = await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  expect(answered).toBeUndefined()
  expect(await listed(subject)).toEqual([])
  expect(await tokensOf(first)).toEqual([false, false])
  expect(await tokensOf(second)).toEqual([false, false])
  expect(await tokensOf(bystander)).toEqual([true, true])
})

test('revokes what a subject granted one client', async () => {
  const [one, other] = [await createClient(), await createClient()]
  const revoked = await signIn(one)
  const { subject } = revoked
  const kept = await signIn(other, { subject })

  await ory.revokeOAuth2ConsentSessions({ subject, client: one.client_id })

  expect(await listed(subject)).toEqual([kept.consentRequestId])
  expect(await tokensOf(revoked)).toEqual([false, false])
  expect(await tokensOf(kept)).toEqual([true, true])
})

test('revokes one grant by its id, and leaves another of the same client and subject', async () => {
  const client = await createClient()
  const revoked = await signIn(client)
  const { subject } = revoked
  const kept = await signIn(client, { subject })

  await ory.revokeOAuth2ConsentSessions({ consent_request_id: revoked.consentRequestId })

  expect(await listed(subject)).toEqual([kept.consentRequestId])
  expect(await tokensOf(revoked)).toEqual([false, false])
  expect(await tokensOf(kept)).toEqual([true, true])
})

test('refuses the refresh token of a revoked grant, and its code', async () => {
  const client = await createClient()
  const { accept, subject } = await startConsent(client)
  const { code, exchange } = await (await accept()).proceed()
  const granted = await signIn(client, { subject })

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  expect(await apiError(refresh(client, granted.refresh_token))).toMatchObject({
    status: 400,
    retryable: false,
    body: { error: 'invalid_grant' },
  })
  expect(code).toMatch(/^ory_ac_/)
  await expect(exchange()).rejects.toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('answers a revoke the second time, and one of nobody, as it does the first', async () => {
  const { subject } = await signIn(await createClient())
  const nothingAnswered = [
    await ory.revokeOAuth2ConsentSessions({ subject, all: true }),
    await ory.revokeOAuth2ConsentSessions({ subject, all: true }),
    await ory.revokeOAuth2ConsentSessions({ subject: newSubject(), all: true }),
    await ory.revokeOAuth2ConsentSessions({ subject, client: unique('unknown') }),
    await ory.revokeOAuth2ConsentSessions({ consent_request_id: unique('unknown') }),
  ]

  expect(nothingAnswered).toEqual(Array(5).fill(undefined))
})

test('tells subjects apart by case', async () => {
  const signedIn = await signIn(await createClient(), { subject: newSubject() })

  await ory.revokeOAuth2ConsentSessions({ subject: signedIn.subject.toUpperCase(), all: true })

  expect(await tokensOf(signedIn)).toEqual([true, true])
})

test('leaves login sessions and tokens without a consent alone when consents are revoked', async () => {
  const client = await createClient()
  const signedIn = await signIn(client, { rememberLogin: true })
  const { access_token } = await clientCredentials(client)

  await ory.revokeOAuth2ConsentSessions({ subject: signedIn.subject, all: true })

  expect(await isActive(access_token)).toBe(true)
  expect(await isRemembered(client, signedIn)).toBe(true)
})

test('asks again for a consent that was remembered and then revoked', async () => {
  const client = await createClient()
  const { subject, browser } = await signIn(client, { rememberLogin: true, rememberConsent: true })

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  const { request } = await startConsent(client, { subject, browser })
  expect(request['skip']).toBe(false)
})

test('does not stop a flow that is past its login when consents alone are revoked', async () => {
  const client = await createClient()
  const { accept, subject } = await startConsent(client)

  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  const { access_token } = await (await (await accept()).proceed()).exchange()
  expect(await isActive(access_token)).toBe(true)
})

test('gives another code for a used verifier once its consent was revoked', async () => {
  const { accept, browser, subject } = await startConsent(await createClient())
  const { redirectTo, proceed } = await accept()
  await proceed()
  const replay = async () => (await browser.get(redirectTo)).location

  expect(sentWith(await replay(), 'error')).toBe('access_denied')
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })
  expect(sentWith(await replay(), 'code')).toMatch(/^ory_ac_/)
})

test('gives another code for a used verifier once its client was deleted and made anew', async () => {
  const client = await createClient()
  const { accept, browser } = await startConsent(client)
  const { redirectTo, proceed } = await accept()
  await proceed()
  const replay = async () => (await browser.get(redirectTo)).location

  await ory.deleteOAuth2Client({ id: client.client_id })
  expect(sentWith(await replay(), 'error')).toBe('invalid_client')
  await createClient({ client_id: client.client_id })
  expect(sentWith(await replay(), 'code')).toMatch(/^ory_ac_/)
})

test('gives no code for a used verifier once consents and login sessions were revoked', async () => {
  const { accept, browser, subject } = await startConsent(await createClient())
  const { redirectTo, proceed } = await accept()
  await proceed()

  await ory.revokeOAuth2LoginSessions({ subject })
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  const { location } = await browser.get(redirectTo)
  expect(sentWith(location, 'error')).toBe('error')
  expect(await listed(subject)).toEqual([])
})
