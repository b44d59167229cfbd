import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { authorizeInBrowser, startAuthorization } from './authorization.ts'
import { createBrowser } from './browser.ts'
import { logoutInBrowser, startLogout } from './logout.ts'
import { RefusedError } from './ory-endpoints.ts'
import { requestTokens } from './token-request.ts'

const client = {
  client_id: 'mail',
  client_secret: 'a secret: with % and +',
  redirect_uri: 'https://mail.example/callback',
}

let ory: OryEmulator

beforeAll(async () => {
  ory = await startOryEmulator()
  await fetch(`${ory.adminUrl}/admin/clients`, {
    method: 'POST',
    body: JSON.stringify({
      client_id: client.client_id,
      client_secret: client.client_secret,
      redirect_uris: [client.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline read',
    }),
  })
})

afterAll(() => ory.stop())

async function consentsOf(subject: string): Promise<readonly Record<string, unknown>[]> {
  const url = `${ory.adminUrl}/admin/oauth2/auth/sessions/consent?subject=${subject}`
  return (await (await fetch(url)).json()) as Record<string, unknown>[]
}

test('plays an authorization from the first redirect to the tokens', async () => {
  const granted = await authorizeInBrowser({ ...ory, client, subject: 'alice' })

  expect(granted.tokens).toMatchObject({ token_type: 'bearer', scope: 'openid offline' })
  expect(await consentsOf('alice')).toMatchObject([
    {
      consent_request_id: granted.consentRequestId,
      consent_request: { login_session_id: granted.sid },
    },
  ])
})

test('is remembered in the same browser, and in no other', async () => {
  const browser = createBrowser()
  const options = { ...ory, browser, client, subject: 'bert', rememberLogin: true }
  const first = await authorizeInBrowser(options)

  const again = await startAuthorization(options)
  const elsewhere = await startAuthorization({ ...options, browser: createBrowser() })

  expect(again.request).toMatchObject({ skip: true, subject: 'bert', session_id: first.sid })
  expect(elsewhere.request).toMatchObject({ skip: false, subject: '' })
})

test('logs somebody else in where the browser is somebody’s', async () => {
  const browser = createBrowser()
  const first = await authorizeInBrowser({
    ...ory,
    browser,
    client,
    subject: 'cleo',
    rememberLogin: true,
  })

  const second = await authorizeInBrowser({ ...ory, browser, client, subject: 'dora' })

  expect(second.sid).not.toBe(first.sid)
  expect(await consentsOf('dora')).toHaveLength(1)
})

test('has no effect before the browser brings the answer back', async () => {
  const login = await startAuthorization({ ...ory, client, subject: 'emil' })
  const consent = await (await login.accept()).proceed()

  const accepted = await consent.accept()
  expect(await consentsOf('emil')).toEqual([])

  await accepted.proceed()
  expect(await consentsOf('emil')).toHaveLength(1)
})

test('shows a project of Ory Network its key', async () => {
  const network = { apiKey: 'ory_pat_key', limits: {} }
  await using project = await startOryEmulator({ network })
  const endpoints = { ...project, adminKey: network.apiKey }
  const { status } = await fetch(`${project.adminUrl}/admin/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${network.apiKey}` },
    body: JSON.stringify({
      ...client,
      redirect_uris: [client.redirect_uri],
      scope: 'openid offline',
    }),
  })

  const { code } = await authorizeInBrowser({ ...endpoints, client, subject: 'alice' })

  expect(status).toBe(201)
  expect(code).toMatch(/^ory_ac_/)
  await expect(startAuthorization({ ...project, client, subject: 'alice' })).rejects.toMatchObject({
    status: 401,
  })
})

test('asks for an audience only where it is given one', async () => {
  const audience = ['https://a.example', 'https://b.example']

  const without = await startAuthorization({ ...ory, client, subject: 'alice' })
  const refused = startAuthorization({ ...ory, client, subject: 'alice', audience })

  expect(without.request['request_url']).not.toContain('audience')
  await expect(refused).rejects.toMatchObject({
    description: expect.stringContaining("audience 'https://a.example'"),
  })
})

test('says so where the browser is sent nowhere', async () => {
  await using proxy = await startOryEmulator()
  proxy.faults.add({ operation: 'oAuth2Authorize', kind: 'status', status: 503 })

  await expect(startAuthorization({ ...proxy, client, subject: 'alice' })).rejects.toThrow(
    /^The authorization request was refused: no redirect$/,
  )
})

test('names the error a client is sent', async () => {
  const refused = startAuthorization({
    ...ory,
    client,
    subject: 'alice',
    parameters: { prompt: 'none' },
  })

  await expect(refused).rejects.toMatchObject({ name: 'RefusedError', error: 'login_required' })
})

test('names the error the token endpoint answers', async () => {
  const refused = requestTokens(ory, client, { grant_type: 'refresh_token', refresh_token: 'x' })

  await expect(refused).rejects.toThrow(RefusedError)
  await expect(refused).rejects.toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('logs out in the browser, once', async () => {
  const browser = createBrowser()
  await authorizeInBrowser({ ...ory, browser, client, subject: 'fred', rememberLogin: true })

  const done = await logoutInBrowser({ ...ory, browser })
  const nothingLeft = await startLogout({ ...ory, browser })

  expect(done.status).toBe(302)
  expect(nothingLeft).toEqual(done)
})
