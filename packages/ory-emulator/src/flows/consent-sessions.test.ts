import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorizeInBrowser, createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { isActive, type Registered, registered } from '../testing/registered.ts'

const path = '/admin/oauth2/auth/sessions/consent'

let ory: OryEmulator
let mail: Registered
let calendar: Registered
let subject: string
let subjects = 0

beforeAll(async () => {
  ory = await startOryEmulator()
  mail = await registered(ory, { client_id: 'mail' })
  calendar = await registered(ory, { client_id: 'calendar' })
})

afterAll(() => ory.stop())

beforeEach(() => {
  subjects += 1
  subject = `subject-${subjects}`
})

interface Item {
  readonly consent_request_id: string
  readonly consent_request: { readonly client: { readonly client_id: string } }
}

const list = (query: Record<string, string>) =>
  ask('GET', ory.adminUrl, `${path}?${new URLSearchParams(query)}`)

const listed = async (query: Record<string, string>) => (await list(query)).json as Item[]

const revoke = (query: Record<string, string>) =>
  ask('DELETE', ory.adminUrl, `${path}?${new URLSearchParams(query)}`)

const authorized = (client: Registered, options: object = {}) =>
  authorizeInBrowser({ ...ory, client, subject, ...options })

test('lists what was granted, client and request included, never a secret', async () => {
  const granted = await authorized(mail, {
    scope: 'openid offline read',
    grantScope: ['openid', 'read'],
    audience: ['https://api.example'],
    session: { access_token: { tenant: 't1' }, id_token: { email: 'a@b.c' } },
    login: { acr: '2', amr: ['pwd'], context: { from: 'login' } },
    rememberConsent: 3600,
  })

  const { headers, json } = await list({ subject })

  expect(json).toEqual([
    {
      consent_request_id: granted.consentRequestId,
      grant_scope: ['openid', 'read'],
      grant_access_token_audience: ['https://api.example'],
      session: { access_token: { tenant: 't1' }, id_token: { email: 'a@b.c' } },
      remember: true,
      remember_for: 3600,
      handled_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      context: { from: 'login' },
      consent_request: {
        challenge: '',
        consent_request_id: granted.consentRequestId,
        requested_scope: ['openid', 'offline', 'read'],
        requested_access_token_audience: ['https://api.example'],
        skip: false,
        subject,
        oidc_context: {},
        client: expect.objectContaining({ client_id: 'mail', jwks: {} }),
        request_url: expect.stringContaining('/oauth2/auth?'),
        login_challenge: expect.stringMatching(/^[0-9a-f]{32}$/),
        login_session_id: granted.sid,
        acr: '2',
        amr: ['pwd'],
        context: { from: 'login' },
      },
    },
  ])
  expect(JSON.stringify(json)).not.toContain('client_secret"')
  expect(headers['link']).toMatch(/^<\/admin\/.*page_size=100&page_token=.*>; rel="first"$/)
})

test('wants a subject', async () => {
  const { status, json } = await list({ login_session_id: 'x' })

  expect(status).toBe(400)
  expect(json).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringContaining("'subject' is not defined"),
  })
})

test('answers an unknown subject with an empty list and no Link', async () => {
  const { status, headers, json } = await list({ subject: 'nobody' })

  expect({ status, json, link: headers['link'] }).toEqual({ status: 200, json: [] })
})

test('leaves out what a remembered consent let pass unasked', async () => {
  const browser = createBrowser()
  const options = { browser, rememberLogin: true, rememberConsent: true }
  const asked = await authorized(mail, options)
  const skipped = await authorized(mail, options)

  const items = await listed({ subject })

  expect(items.map((item) => item.consent_request_id)).toEqual([asked.consentRequestId])
  expect(await isActive(ory, skipped.tokens.refresh_token)).toBe(true)
})

test('leaves out what was to be remembered for less time than has passed', async () => {
  await using soon = await startOryEmulator()
  const client = await registered(soon)
  const options = { ...soon, client, subject }
  const granted = await authorizeInBrowser({ ...options, consent: { remember_for: 60 } })
  const before = await ask('GET', soon.adminUrl, `${path}?subject=${subject}`)

  soon.clock.advance(61_000)

  const after = await ask('GET', soon.adminUrl, `${path}?subject=${subject}`)
  expect(before.json).toHaveLength(1)
  expect(after.json).toEqual([])
  expect(await isActive(soon, granted.tokens.refresh_token)).toBe(true)
})

test('finds the consents of one login session, unless none is named', async () => {
  const first = await authorized(mail)
  await authorized(calendar)

  expect(await listed({ subject, login_session_id: first.sid })).toHaveLength(1)
  expect(await listed({ subject, login_session_id: '' })).toHaveLength(2)
  expect(await listed({ subject, login_session_id: 'unknown' })).toEqual([])
})

test('walks through pages without a gap', async () => {
  const clients = [mail, calendar, mail, calendar, mail]
  for (const client of clients) await authorized(client)
  const ids: string[] = []
  let next: string | undefined = `${path}?subject=${subject}&page_size=2`

  while (next !== undefined) {
    const { headers, json } = await ask('GET', ory.adminUrl, next)
    ids.push(...(json as Item[]).map((item) => item.consent_request_id))
    next = /<([^>]*)>; rel="next"/.exec(String(headers['link']))?.[1]
  }

  expect(new Set(ids).size).toBe(5)
  expect(ids).toHaveLength(5)
})

test.each([
  ['head', { page_token: '1' }, 'invalid pagination token', ''],
  ['head', { page_size: 'x' }, 'invalid_request', 'Unable to parse pagination parameters'],
  ['v26.2', { page_token: '1' }, 'invalid_request', 'Unable to parse pagination parameters'],
] as const)('%s refuses the page %o', async (profile, page, error, description) => {
  await using other = await startOryEmulator({ profile })

  const query = new URLSearchParams({ subject: 'a', ...page })
  const { status, json } = await ask('GET', other.adminUrl, `${path}?${query}`)

  expect(status).toBe(400)
  expect(json).toMatchObject({ error, error_description: expect.stringContaining(description) })
})

const combinations: readonly (readonly [Record<string, string>, number])[] = [
  [{}, 400],
  [{ subject: 's' }, 400],
  [{ subject: 's', all: 'false' }, 400],
  [{ subject: 's', all: 'TRUE' }, 400],
  [{ subject: 's', all: '1' }, 400],
  [{ subject: 's', all: 'true' }, 204],
  [{ subject: 's', client: 'c' }, 204],
  [{ subject: 's', client: 'c', all: 'false' }, 204],
  [{ subject: 's', client: 'c', all: 'true' }, 400],
  [{ client: 'c' }, 400],
  [{ all: 'true' }, 400],
  [{ consent_request_id: 'i' }, 204],
  [{ consent_request_id: 'i', subject: '' }, 204],
  [{ consent_request_id: 'i', all: 'true' }, 204],
  [{ consent_request_id: 'i', subject: 's' }, 400],
  [{ consent_request_id: 'i', client: 'c' }, 400],
  [{ consent_request_id: 'i', subject: 's', all: 'true' }, 400],
]

test.each(combinations)('revoking by %o is answered %i', async (query, status) => {
  const answer = await revoke(query)

  expect(answer.status).toBe(status)
  if (status === 400) {
    expect(answer.json).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(/Invalid combination of query parameters\.$/),
    })
  }
})

test('revokes the tokens of a consent with it, and no other', async () => {
  const revoked = await authorized(mail)
  const kept = await authorized(mail)

  await revoke({ consent_request_id: revoked.consentRequestId })

  const tokens = [revoked.tokens, kept.tokens].flatMap(({ access_token, refresh_token }) => [
    access_token,
    refresh_token,
  ])
  const active = await Promise.all(tokens.map((token) => isActive(ory, token)))
  expect(active).toEqual([false, false, true, true])
  expect(await listed({ subject })).toMatchObject([{ consent_request_id: kept.consentRequestId }])
})

test('revokes one client’s consents of a subject', async () => {
  await authorized(mail)
  await authorized(calendar)

  await revoke({ subject, client: 'mail' })

  const left = await listed({ subject })
  expect(left.map((item) => item.consent_request.client.client_id)).toEqual(['calendar'])
})

test('revokes everything of a subject, unlisted consents included, and of nobody else', async () => {
  const browser = createBrowser()
  const options = { browser, rememberLogin: true, rememberConsent: true }
  await authorized(mail, options)
  const unlisted = await authorized(mail, options)
  const other = await authorized(calendar, { subject: `${subject}-other` })

  await revoke({ subject, all: 'true' })

  expect(await listed({ subject })).toEqual([])
  expect(await isActive(ory, unlisted.tokens.refresh_token)).toBe(false)
  expect(await isActive(ory, other.tokens.access_token)).toBe(true)
})

test('revokes a code that was not exchanged yet', async () => {
  const login = await startAuthorization({ ...ory, client: mail, subject })
  const consent = await (await login.accept()).proceed()
  const { exchange } = await (await consent.accept()).proceed()

  await revoke({ subject, all: 'true' })

  await expect(exchange()).rejects.toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('leaves the login session, so the browser is still logged in', async () => {
  const browser = createBrowser()
  const first = await authorized(mail, { browser, rememberLogin: true })

  await revoke({ subject, all: 'true' })

  const again = await authorized(mail, { browser, rememberLogin: true })
  expect(again.sid).toBe(first.sid)
})
