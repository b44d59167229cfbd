import { expect, test } from 'vitest'
import { createClient, newSubject, unique } from './setup/created.ts'
import { ory } from './setup/server.ts'
import { isRemembered, sentWith, signIn, startConsent, startSignIn } from './setup/sign-in.ts'
import { areActive, isActive, refresh } from './setup/tokens.ts'

test('revokes every login session of a subject, remembered or not', async () => {
  const client = await createClient()
  const first = await signIn(client, { rememberLogin: true })
  const second = await signIn(client, { subject: first.subject, rememberLogin: true })
  const bystander = await signIn(client, { rememberLogin: true })

  const answered = await ory.revokeOAuth2LoginSessions({ subject: first.subject })

  expect(answered).toBeUndefined()
  expect(await isRemembered(client, first)).toBe(false)
  expect(await isRemembered(client, second)).toBe(false)
  expect(await isRemembered(client, bystander)).toBe(true)
})

test('revokes one remembered login session by its sid', async () => {
  const client = await createClient()
  const revoked = await signIn(client, { rememberLogin: true })
  const kept = await signIn(client, { subject: revoked.subject, rememberLogin: true })

  const answered = await ory.revokeOAuth2LoginSessions({ sid: revoked.sid })

  expect(answered).toBeUndefined()
  expect(await isRemembered(client, revoked)).toBe(false)
  expect(await isRemembered(client, kept)).toBe(true)
})

test.each(['subject', 'sid'] as const)(
  'leaves every token alive when revoking by %s',
  async (by) => {
    const client = await createClient()
    const { subject, sid, access_token, refresh_token } = await signIn(client, {
      rememberLogin: true,
    })

    await ory.revokeOAuth2LoginSessions(by === 'sid' ? { sid } : { subject })

    expect(await areActive(access_token, refresh_token)).toEqual([true, true])
    const next = await refresh(client, refresh_token)
    expect(await isActive(next.access_token)).toBe(true)
  },
)

test('keeps the consents of a revoked login session, but not the sid they were given in', async () => {
  const { subject, sid, consentRequestId } = await signIn(await createClient(), {
    rememberLogin: true,
  })

  await ory.revokeOAuth2LoginSessions({ subject })

  const { items } = await ory.listOAuth2ConsentSessions({ subject })
  expect(items).toMatchObject([
    { consent_request_id: consentRequestId, consent_request: { login_session_id: '' } },
  ])
  expect(await ory.listOAuth2ConsentSessions({ subject, login_session_id: sid })).toMatchObject({
    items: [],
  })
})

test('answers a revoke the second time, and one of nobody, as it does the first', async () => {
  const { subject, sid } = await signIn(await createClient(), { rememberLogin: true })

  const nothingAnswered = [
    await ory.revokeOAuth2LoginSessions({ sid }),
    await ory.revokeOAuth2LoginSessions({ sid }),
    await ory.revokeOAuth2LoginSessions({ subject }),
    await ory.revokeOAuth2LoginSessions({ subject }),
    await ory.revokeOAuth2LoginSessions({ sid: crypto.randomUUID() }),
    await ory.revokeOAuth2LoginSessions({ sid: unique('no-uuid') }),
    await ory.revokeOAuth2LoginSessions({ subject: newSubject() }),
  ]

  expect(nothingAnswered).toEqual(Array(7).fill(undefined))
})

test('does nothing by the sid of a login session that is not remembered', async () => {
  const { accept, sid } = await startConsent(await createClient())

  await ory.revokeOAuth2LoginSessions({ sid })

  const { access_token } = await (await (await accept()).proceed()).exchange()
  expect(await isActive(access_token)).toBe(true)
})

test('stops a flow that is past its login when the login sessions are revoked', async () => {
  const { accept, browser, subject } = await startConsent(await createClient())
  const { redirectTo } = await accept()

  await ory.revokeOAuth2LoginSessions({ subject })

  const { location } = await browser.get(redirectTo)
  expect(sentWith(location, 'error')).toBe('error')
})

test('does not stop a flow that is not past its login when everything is revoked', async () => {
  const { accept, subject } = await startSignIn(await createClient())
  const login = await accept()

  await ory.revokeOAuth2LoginSessions({ subject })
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  const consent = await login.proceed()
  const { access_token } = await (await (await consent.accept()).proceed()).exchange()
  expect(await isActive(access_token)).toBe(true)
})

test('does not stop a login that is accepted after everything was revoked', async () => {
  const { accept, subject } = await startSignIn(await createClient())

  await ory.revokeOAuth2LoginSessions({ subject })
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })

  const consent = await (await accept()).proceed()
  const { access_token } = await (await (await consent.accept()).proceed()).exchange()
  expect(await isActive(access_token)).toBe(true)
})

test('does not stop a used login verifier from leading to another consent when everything is revoked', async () => {
  const client = await createClient()
  const { accept, browser, subject } = await startSignIn(client)
  const { redirectTo, proceed } = await accept()
  const { exchange } = await (await (await proceed()).accept()).proceed()
  const granted = await exchange()
  await ory.revokeOAuth2LoginSessions({ subject })
  await ory.revokeOAuth2ConsentSessions({ subject, all: true })
  expect(await isActive(granted.access_token)).toBe(false)

  const { location } = await browser.get(redirectTo)

  const consent_challenge = sentWith(location, 'consent_challenge') ?? ''
  const { redirect_to } = await ory.acceptOAuth2ConsentRequest({
    consent_challenge,
    body: { grant_scope: ['openid'] },
  })
  expect(sentWith((await browser.get(redirect_to)).location, 'code')).toMatch(/^ory_ac_/)
})
