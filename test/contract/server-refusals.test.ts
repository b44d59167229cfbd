import { expect, test } from 'vitest'
import { createBareClient, createClient, newSubject, unique } from './setup/created.ts'
import { adminUrl, ory, publicUrl } from './setup/server.ts'
import { isRemembered, type SignedIn, signIn } from './setup/sign-in.ts'
import { areActive } from './setup/tokens.ts'

/*
 * What a server answers to calls that the client refuses to make: why it refuses them.
 */

const consents = '/admin/oauth2/auth/sessions/consent'
const logins = '/admin/oauth2/auth/sessions/login'
const issuers = '/admin/trust/grants/jwt-bearer/issuers'

const send = async (
  method: string,
  path: string,
  { query, json, form }: { query?: object; json?: unknown; form?: string } = {},
): Promise<{ readonly status: number; readonly error: unknown; readonly hint: string }> => {
  const url = new URL(path, adminUrl)
  url.search = new URLSearchParams(query as Record<string, string>).toString()
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form !== undefined && { body: form }),
  })
  const text = await response.text()
  const body = text.startsWith('{') ? JSON.parse(text) : {}

  return { status: response.status, error: body.error, hint: String(body.error_description ?? '') }
}

const tokensOf = ({ access_token, refresh_token }: SignedIn) =>
  areActive(access_token, refresh_token)

test.each([
  ['nothing', () => ({})],
  ['a subject alone', ({ subject }: SignedIn) => ({ subject })],
  ['a client alone', (_: SignedIn, client: string) => ({ client })],
  ['all of nobody', () => ({ all: 'true' })],
  ['all of one client', (_: SignedIn, client: string) => ({ client, all: 'true' })],
  ['all of an empty subject', () => ({ subject: '', all: 'true' })],
  [
    'one client and all',
    ({ subject }: SignedIn, client: string) => ({ subject, client, all: 'true' }),
  ],
  [
    'a grant and its subject',
    ({ subject, consentRequestId }: SignedIn) => ({
      consent_request_id: consentRequestId,
      subject,
    }),
  ],
  [
    'a grant and its client',
    ({ consentRequestId }: SignedIn, client: string) => ({
      consent_request_id: consentRequestId,
      client,
    }),
  ],
])('revokes no consent for %s', async (_what, queryOf) => {
  const client = await createClient()
  const signedIn = await signIn(client)

  const answered = await send('DELETE', consents, { query: queryOf(signedIn, client.client_id) })

  expect(answered).toMatchObject({ status: 400, error: 'invalid_request' })
  expect(answered.hint).toMatch(/Invalid combination of query parameters\.$/)
  expect(await tokensOf(signedIn)).toEqual([true, true])
})

test('revokes one grant by its id, whatever all says', async () => {
  const signedIn = await signIn(await createClient())

  const answered = await send('DELETE', consents, {
    query: { consent_request_id: signedIn.consentRequestId, all: 'true' },
  })

  expect(answered.status).toBe(204)
  expect(await tokensOf(signedIn)).toEqual([false, false])
})

test('revokes by the sid and ignores the subject, where a login revoke has both', async () => {
  const client = await createClient()
  const bySid = await signIn(client, { rememberLogin: true })
  const bySubject = await signIn(client, { rememberLogin: true })

  const answered = await send('DELETE', logins, {
    query: { sid: bySid.sid, subject: bySubject.subject },
  })

  expect(answered.status).toBe(204)
  expect(await isRemembered(client, bySid)).toBe(false)
  expect(await isRemembered(client, bySubject)).toBe(true)
})

test.each([
  ['a login revoke of nobody', 'DELETE', logins, {}],
  ['a login revoke of an empty subject', 'DELETE', logins, { query: { subject: '' } }],
  ['consents of nobody', 'GET', consents, {}],
  ['the tokens of no client', 'DELETE', '/admin/oauth2/tokens', {}],
  ['the tokens of an empty client', 'DELETE', '/admin/oauth2/tokens', { query: { client_id: '' } }],
  ['an empty form', 'POST', '/admin/oauth2/introspect', { form: '' }],
  ['a login request without a challenge', 'GET', '/admin/oauth2/auth/requests/login', {}],
  ['a consent request without a challenge', 'GET', '/admin/oauth2/auth/requests/consent', {}],
  [
    'a login of no one',
    'PUT',
    '/admin/oauth2/auth/requests/login/accept',
    { query: { login_challenge: 'any' }, json: { subject: '' } },
  ],
  [
    'a login rejected with no body',
    'PUT',
    '/admin/oauth2/auth/requests/login/reject',
    { query: { login_challenge: 'any' } },
  ],
])('answers %s as an invalid request', async (_what, method, path, request) => {
  expect(await send(method, path, request)).toMatchObject({ status: 400, error: 'invalid_request' })
})

test('answers a consent rejected with no body with an error that says nothing', async () => {
  const answered = await send('PUT', '/admin/oauth2/auth/requests/consent/reject', {
    query: { consent_challenge: 'any' },
  })

  expect(answered).toEqual({ status: 400, error: 'error', hint: 'The error is unrecognizable' })
})

test('answers a logout request without a challenge as a missing row', async () => {
  expect(await send('GET', '/admin/oauth2/auth/requests/logout')).toMatchObject({ status: 404 })
})

test.each([
  ['no issuer', { subject: 'u1' }, "Field 'issuer' is required."],
  ['nobody', { issuer: 'i' }, "One of 'subject' or 'allow_any_subject' field must be set."],
  [
    'one and any',
    { issuer: 'i', subject: 'u1', allow_any_subject: true },
    "Both 'subject' and 'allow_any_subject' fields cannot be set at the same time.",
  ],
  ['no time', { issuer: 'i', subject: 'u1' }, "Field 'expires_at' is required."],
  [
    'no key',
    { issuer: 'i', subject: 'u1', expires_at: '2099-01-01T00:00:00Z' },
    "Field 'jwk' must contain JWK with kid header.",
  ],
])('trusts %s not, and says what is missing', async (_what, json, hint) => {
  const answered = await send('POST', issuers, { json })

  expect(answered).toMatchObject({ status: 400, error: 'missing_required_parameter' })
  expect(answered.hint.endsWith(` ${hint}`)).toBe(true)
})

test('takes the id of the path, and not that of the body, for a PUT', async () => {
  const { client_id: id } = await createBareClient()
  const other = await createBareClient({ client_name: 'other' })

  await send('PUT', `/admin/clients/${id}`, {
    json: { client_id: other.client_id, client_name: 'put' },
  })

  expect(await ory.getOAuth2Client({ id })).toMatchObject({ client_id: id, client_name: 'put' })
  expect(await ory.getOAuth2Client({ id: other.client_id })).toMatchObject({ client_name: 'other' })
})

test('answers a patch that is not JSON, or no list, with 500 and not with 400', async () => {
  const { client_id } = await createBareClient()
  const path = `/admin/clients/${client_id}`

  const answered = [
    await send('PATCH', path, { form: '{' }),
    await send('PATCH', path, { json: { op: 'add', path: '/owner', value: 'o' } }),
    await send('PATCH', `/admin/clients/${unique('unknown')}`, { form: '{' }),
  ]

  expect(answered.map(({ status }) => status)).toEqual([500, 500, 404])
})

test('revokes nothing of a subject whose name comes second', async () => {
  const signedIn = await signIn(await createClient())
  const query = new URLSearchParams([
    ['subject', newSubject()],
    ['subject', signedIn.subject],
    ['all', 'true'],
  ])

  expect(
    (await fetch(new URL(`${consents}?${query}`, adminUrl), { method: 'DELETE' })).status,
  ).toBe(204)
  expect(await tokensOf(signedIn)).toEqual([true, true])
})

test.each(['/oauth2/token', '/oauth2/revoke'])(
  'answers no credentials at %s with 400',
  async (path) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', token: 'any' })

    const response = await fetch(new URL(path, publicUrl), { method: 'POST', body })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  },
)
