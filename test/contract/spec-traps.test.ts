import { startLogout } from '@lapse/ory-emulator'
import { beforeAll, expect, test } from 'vitest'
import { createBareClient, createClient, newSubject, trustIssuer, unique } from './setup/created.ts'
import { adminUrl, features, ory, publicUrl } from './setup/server.ts'
import { sentWith, signIn, startConsent } from './setup/sign-in.ts'
import { newSigningKey, type SigningKey } from './setup/signing-key.ts'
import { apiError, argumentError, configurationError } from './setup/thrown.ts'
import { areActive } from './setup/tokens.ts'

/*
 * Where Ory's OpenAPI document says one thing and its server does another. Each trap is sprung on
 * the server as the document would have it, and the client is shown to walk around it.
 */

const issuersPath = '/admin/trust/grants/jwt-bearer/issuers'
const consentPath = '/admin/oauth2/auth/sessions/consent'

let key: SigningKey
beforeAll(async () => {
  key = await newSigningKey('k1')
})

const trustOf = (issuer: string, subject: string) =>
  trustIssuer({
    issuer,
    subject,
    scope: ['read'],
    jwk: key.jwk,
    expires_at: '2099-01-01T00:00:00Z',
  })

/** A request as the client would never send it. */
const send = (method: string, path: string, init: RequestInit = {}, base = adminUrl) =>
  fetch(new URL(path, base), { method, redirect: 'manual', ...init })

test('trap 1: the documented default page_token=1 is refused, so the client never sends it', async () => {
  const [clients, issuers, consents] = await Promise.all([
    send('GET', '/admin/clients?page_token=1'),
    send('GET', `${issuersPath}?page_token=1`),
    send('GET', `${consentPath}?subject=${unique('subject')}&page_token=1`),
  ])
  expect([clients.status, issuers.status, consents.status]).toEqual([400, 400, 400])

  const errors = [
    await argumentError(ory.listOAuth2Clients({ page_token: '1' })),
    await argumentError(ory.listTrustedOAuth2JwtGrantIssuers({ page_token: '1' })),
    await argumentError(ory.listOAuth2ConsentSessions({ subject: 'u1', page_token: '1' })),
  ]
  for (const error of errors) expect(error.parameter).toBe('page_token')
})

test('trap 1: the documented page size of 250 is no default; a list without one has at most 100', async () => {
  const { items } = await ory.listOAuth2Clients()

  expect(items.length).toBeLessThanOrEqual(100)
})

test('trap 2: MaxItems and DefaultItems are read by nobody; page_size is', async () => {
  const issuer = `https://${unique('issuer')}.example`
  await trustOf(issuer, 'u1')
  await trustOf(issuer, 'u2')

  const query = new URLSearchParams({ issuer, MaxItems: '1', DefaultItems: '1' })
  const dead = await (await send('GET', `${issuersPath}?${query}`)).json()
  const { items } = await ory.listTrustedOAuth2JwtGrantIssuers({ issuer, page_size: 1 })

  expect(dead).toHaveLength(2)
  expect(items).toHaveLength(1)
})

test('trap 3: an error of a handler has two string keys, and the client reads them', async () => {
  const id = unique('unknown')

  const body = await (await send('GET', `/admin/clients/${id}`)).json()

  expect(body).toEqual({ error: 'Unable to locate the resource', error_description: '' })
  expect(await apiError(ory.getOAuth2Client({ id }))).toMatchObject({ body, rowMissing: true })
})

test('trap 4: a duration comes back in a form that the documented pattern refuses', async () => {
  const documented = /^[0-9]+(ns|us|ms|s|m|h)$/
  const { client_id: id } = await createBareClient()

  const answered = await ory.setOAuth2ClientLifespans({
    id,
    body: { refresh_token_grant_refresh_token_lifespan: '31h' },
  })

  expect(answered.refresh_token_grant_refresh_token_lifespan).toBe('31h0m0s')
  expect('31h').toMatch(documented)
  expect('31h0m0s').not.toMatch(documented)
})

test('trap 5: trust needs neither scope nor the use and alg of its key; scope is null in the answer', async () => {
  const { use: _use, alg: _alg, ...bareKey } = key.jwk

  const trusted = await trustIssuer({
    issuer: `https://${unique('issuer')}.example`,
    subject: 'u1',
    jwk: bareKey,
    expires_at: '2099-01-01T00:00:00Z',
  })

  expect(trusted.scope).toBeNull()
  expect(await ory.getTrustedOAuth2JwtGrantIssuer({ id: trusted.id })).toMatchObject({ scope: [] })
})

test('trap 6: 404 is real on every operation that declares only a default error', async () => {
  const id = unique('unknown')
  const uuid = crypto.randomUUID()

  const errors = await Promise.all([
    apiError(ory.getOAuth2Client({ id })),
    apiError(ory.deleteOAuth2Client({ id })),
    apiError(ory.setOAuth2ClientLifespans({ id, body: {} })),
    apiError(ory.getTrustedOAuth2JwtGrantIssuer({ id: uuid })),
    apiError(ory.deleteTrustedOAuth2JwtGrantIssuer({ id: uuid })),
  ])

  for (const error of errors) {
    expect(error).toMatchObject({ status: 404, rowMissing: true, retryable: false })
  }
})

test('trap 6: 409 is real on creating a client and on trusting an issuer, and declared on neither', async () => {
  const { client_id } = await createBareClient()
  const issuer = `https://${unique('issuer')}.example`
  await trustOf(issuer, 'u1')

  const errors = [
    await apiError(ory.createOAuth2Client({ body: { client_id } })),
    await apiError(trustOf(issuer, 'u1')),
  ]

  for (const error of errors) expect(error).toMatchObject({ status: 409, retryable: false })
})

test('trap 7: an authorization request is answered 303 as well as the declared 302', async () => {
  const client = await createClient()
  const request = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: client.redirect_uris?.[0] ?? '',
    scope: 'openid',
  }

  expect(await ory.oAuth2Authorize({ ...request, state: 'state-12345678' })).toMatchObject({
    status: 302,
  })
  expect(await ory.oAuth2Authorize({ ...request, state: 'short' })).toMatchObject({ status: 303 })
})

test('trap 8: the required challenge of a listed consent is empty', async () => {
  const { subject } = await signIn(await createClient())

  const { items } = await ory.listOAuth2ConsentSessions({ subject })

  expect(items).toHaveLength(1)
  expect(items[0]?.consent_request?.challenge).toBe('')
})

test('trap 9: a listed consent never has expires_at, and handled_at of an accept is the server’s', async () => {
  const { challenge, browser, subject } = await startConsent(await createClient())
  const handledAt = '2001-02-03T04:05:06Z'

  const { redirect_to } = await ory.acceptOAuth2ConsentRequest({
    consent_challenge: challenge,
    body: { grant_scope: ['openid'], ...{ handled_at: handledAt } },
  })
  await browser.get(redirect_to)

  const { items } = await ory.listOAuth2ConsentSessions({ subject })
  expect(items[0]).not.toHaveProperty('expires_at')
  expect(items[0]?.handled_at?.slice(0, 4)).not.toBe('2001')
})

test('trap 10: lists of a client are null in the answer of POST and PUT, and empty in a GET', async () => {
  const nulls = { redirect_uris: null, grant_types: null, response_types: null, contacts: null }
  const empties = { redirect_uris: [], grant_types: [], response_types: [], contacts: [] }

  const created = await createBareClient()
  const { client_id: id } = created
  expect(created).toMatchObject(nulls)
  expect(await ory.getOAuth2Client({ id })).toMatchObject(empties)

  expect(await ory.setOAuth2Client({ id, body: {} })).toMatchObject(nulls)
  expect(await ory.getOAuth2Client({ id })).toMatchObject(empties)
})

if (features.secretRotation) {
  test('trap 11: deleting rotated secrets is answered 200 with the client, and not 204', async () => {
    const { client_id: id } = await createClient()

    const response = await send('DELETE', `/admin/clients/${id}/secrets/rotate`)

    expect(response.status).toBe(200)
    expect(await ory.deleteRotatedOAuth2ClientSecrets({ id })).toMatchObject({ client_id: id })
  })
} else {
  test('trap 11: a documented route that this server lacks is no missing client', async () => {
    const { client_id: id } = await createClient()

    const error = await configurationError(ory.deleteRotatedOAuth2ClientSecrets({ id }))

    expect(error.reason).toBe('route-not-found')
  })
}

test('trap 11: rejecting a logout is answered 204 without a redirect', async () => {
  const { browser } = await signIn(await createClient(), { rememberLogin: true })
  const step = await startLogout({ adminUrl, publicUrl, browser })
  const logout_challenge = 'challenge' in step ? step.challenge : ''

  const response = await send(
    'PUT',
    `/admin/oauth2/auth/requests/logout/reject?${new URLSearchParams({ logout_challenge })}`,
  )

  expect(response.status).toBe(204)
  expect(await ory.rejectOAuth2LogoutRequest({ logout_challenge })).toBeUndefined()
})

test('trap 12: remember_for 0 is for ever for a consent', async () => {
  const client = await createClient()
  const { browser, subject } = await signIn(client, {
    rememberLogin: true,
    rememberConsent: 0,
  })

  const { request } = await startConsent(client, { browser, subject })

  expect(request['skip']).toBe(true)
  const { items } = await ory.listOAuth2ConsentSessions({ subject })
  expect(items).toMatchObject([{ remember: true, remember_for: 0 }])
})

/** For how many seconds a browser keeps a login that is to be remembered for so many. */
const keptFor = async (remember_for: number): Promise<number> => {
  const { challenge, subject, cookie, client_id } = await startLogin()
  const { redirect_to } = await ory.acceptOAuth2LoginRequest({
    login_challenge: challenge,
    body: { subject, remember: true, remember_for },
  })
  const { set_cookie } = await ory.oAuth2Authorize({
    ...Object.fromEntries(new URL(redirect_to).searchParams),
    client_id,
    cookie,
  })
  const session = set_cookie.find((line) => line.startsWith('ory_hydra_session'))

  return Number(/Max-Age=(\d+)/.exec(session ?? '')?.[1])
}

const startLogin = async () => {
  const { client_id, redirect_uris } = await createClient()
  const { location, set_cookie } = await ory.oAuth2Authorize({
    client_id,
    response_type: 'code',
    redirect_uri: redirect_uris?.[0] ?? '',
    scope: 'openid',
    state: 'state-12345678',
  })

  return {
    client_id,
    subject: newSubject(),
    challenge: sentWith(location, 'login_challenge') ?? '',
    cookie: set_cookie.map((line) => line.split(';')[0]).join('; '),
  }
}

test('trap 12: remember_for 0 is neither for ever nor a browser session for a login, but the server’s own time', async () => {
  expect(await keptFor(3600)).toBe(3600)
  expect(await keptFor(0)).toBeGreaterThan(3600)
})

test.each([
  { op: 'move', from: '/client_name', path: '/owner' },
  { op: 'copy', from: '/client_name', path: '/owner' },
  { op: 'test', path: '/client_name', value: 'kept' },
])(
  'trap 13: the documented patch operation $op is answered 500, so the client refuses it',
  async (patch) => {
    const { client_id: id } = await createBareClient({ client_name: 'kept' })

    const response = await send('PATCH', `/admin/clients/${id}`, { body: JSON.stringify([patch]) })
    const error = await argumentError(
      // @ts-expect-error such a patch does not compile
      ory.patchOAuth2Client({ id, body: [patch] }),
    )

    expect(response.status).toBe(500)
    expect(error.parameter).toBe('body[0].op')
    expect(await ory.getOAuth2Client({ id })).toMatchObject({ client_name: 'kept', owner: '' })
  },
)

test.each(['false', '1', 'TRUE', ''])(
  'trap 14: all=%j counts as false, so the client sends true or nothing',
  async (all) => {
    const { subject, access_token, refresh_token } = await signIn(await createClient())

    const response = await send('DELETE', `${consentPath}?${new URLSearchParams({ subject, all })}`)
    const error = await argumentError(
      // @ts-expect-error such a revoke does not compile
      ory.revokeOAuth2ConsentSessions({ subject, all }),
    )

    expect(response.status).toBe(400)
    expect(error.parameter).toBe('all')
    expect(await areActive(access_token, refresh_token)).toEqual([true, true])
  },
)

test('trap 15: JSON is refused where a form is wanted, so the client sends forms', async () => {
  const { basic } = await createClient()
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${btoa(`${basic.client_id}:${basic.client_secret}`)}`,
  }
  const body = JSON.stringify({ token: 'no-such-token', grant_type: 'client_credentials' })

  const refused = await Promise.all([
    send('POST', '/admin/oauth2/introspect', { headers, body }),
    send('POST', '/oauth2/token', { headers, body }, publicUrl),
    send('POST', '/oauth2/revoke', { headers, body }, publicUrl),
  ])

  expect(refused.map(({ status }) => status)).toEqual([400, 400, 400])
  const token = 'no-such-token'
  expect(await ory.introspectOAuth2Token({ token })).toEqual({ active: false })
  expect(await ory.revokeOAuth2Token({ token, basic })).toBeUndefined()
  expect(await ory.oauth2TokenExchange({ grant_type: 'client_credentials', basic })).toHaveProperty(
    'access_token',
  )
})

test('patching a client’s own id writes it over another, so the client refuses to', async () => {
  const { client_id: id } = await createBareClient({ client_name: 'own' })
  const victim = await createBareClient({ client_name: 'victim' })
  const patch = { op: 'replace', path: '/client_id', value: victim.client_id }

  const error = await argumentError(
    // @ts-expect-error such a patch does not compile
    ory.patchOAuth2Client({ id, body: [patch] }),
  )
  expect(error.parameter).toBe('body[0].path')
  expect(await ory.getOAuth2Client({ id: victim.client_id })).toMatchObject({
    client_name: 'victim',
  })

  await send('PATCH', `/admin/clients/${id}`, { body: JSON.stringify([patch]) })
  expect(await ory.getOAuth2Client({ id: victim.client_id })).toMatchObject({ client_name: 'own' })
})

test('an empty filter is none at all, so the client refuses to send one', async () => {
  const client_name = unique('name')
  await createBareClient({ client_name, owner: unique('owner') })
  await createBareClient({ client_name, owner: unique('owner') })

  const listed = await (
    await send('GET', `/admin/clients?owner=&client_name=${client_name}`)
  ).json()
  const errors = [
    await argumentError(ory.listOAuth2Clients({ owner: '', client_name })),
    await argumentError(ory.listTrustedOAuth2JwtGrantIssuers({ issuer: '' })),
    await argumentError(ory.listOAuth2ConsentSessions({ subject: 'u1', login_session_id: '' })),
  ]

  expect(listed).toHaveLength(2)
  expect(errors.map(({ parameter }) => parameter)).toEqual(['owner', 'issuer', 'login_session_id'])
})
