import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { type Registered, redirectUri, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory)
})

afterAll(() => ory.stop())

/** A browser of which every cookie can be seen. */
function glassBrowser() {
  const cookies = new Map<string, string>()
  return async (url: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await ask('GET', ory.publicUrl, url.slice(ory.publicUrl.length), {
      headers: { cookie },
    })
    const set = answer.headers['set-cookie'] ?? []
    for (const line of set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return { location: String(answer.headers['location']), set }
  }
}

const authorizationUrl = () => {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'a long state',
  })
  return `${ory.publicUrl}/oauth2/auth?${query}`
}

/** Logs in and returns the session cookie that came of it, without its value. */
async function sessionCookie(get: ReturnType<typeof glassBrowser>, login: object) {
  const { location } = await get(authorizationUrl())
  const query = new URL(location).search
  const path = `/admin/oauth2/auth/requests/login/accept${query}`
  const { json } = await ask('PUT', ory.adminUrl, path, { json: { subject: 'alice', ...login } })
  const { set } = await get((json as { readonly redirect_to: string }).redirect_to)
  return set.find((line) => line.startsWith('ory_hydra_session_dev='))?.replace(/=[^;]*/, '')
}

test('a login that is not remembered takes a session cookie away', async () => {
  expect(await sessionCookie(glassBrowser(), {})).toBe(
    'ory_hydra_session_dev; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax',
  )
})

test('a remembered login lasts as long as a session does, or as the app says', async () => {
  const days = 30 * 24 * 3600

  expect(await sessionCookie(glassBrowser(), { remember: true })).toContain(`Max-Age=${days};`)
  expect(await sessionCookie(glassBrowser(), { remember: true, remember_for: 77 })).toContain(
    'Max-Age=77;',
  )
})

test('a cookie says twice when it expires', async () => {
  const now = Date.UTC(2030, 0, 1)
  await using still = await startOryEmulator({ now: () => now })
  const { client_id } = await registered(still)
  const query = new URLSearchParams({ client_id, response_type: 'code', state: 'a long state' })

  const { headers } = await ask('GET', still.publicUrl, `/oauth2/auth?${query}`)

  expect(headers['set-cookie']).toEqual([
    expect.stringContaining('; Expires=Tue, 01 Jan 2030 00:30:00 GMT; Max-Age=1800; '),
  ])
})

test('a skipped login leaves the cookie as it is, unless the app extends it', async () => {
  const get = glassBrowser()
  await sessionCookie(get, { remember: true, remember_for: 1000 })

  expect(await sessionCookie(get, { remember: false })).toBeUndefined()
  expect(await sessionCookie(get, { remember: true, remember_for: 2000 })).toBeUndefined()
  const extended = { extend_session_lifespan: true, remember_for: 3000 }
  expect(await sessionCookie(get, extended)).toContain('Max-Age=3000;')
})

test('a remembered consent spares the question in another browser of the same user', async () => {
  const options = { ...ory, client, subject: 'berta', rememberConsent: true }
  const first = await (await (await startAuthorization(options)).accept()).proceed()
  await (await first.accept()).proceed()

  const login = await startAuthorization({ ...options, browser: createBrowser() })
  const consent = await (await login.accept()).proceed()

  expect(login.request).toMatchObject({ skip: false })
  expect(consent.request).toMatchObject({ skip: true, subject: 'berta' })
})

test.each([
  ['more scope', { scope: 'openid offline write' }],
  ['another client', { client: undefined }],
  ['another user', { subject: 'conrad' }],
])('a remembered consent does not spare the question for %s', async (_what, other) => {
  const options = { ...ory, client, subject: 'carla', rememberConsent: true }
  const first = await (await (await startAuthorization(options)).accept()).proceed()
  await (await first.accept()).proceed()

  const elsewhere = 'client' in other ? { client: await registered(ory) } : other
  const login = await startAuthorization({ ...options, ...elsewhere })
  const consent = await (await login.accept()).proceed()

  expect(consent.request).toMatchObject({ skip: false })
})

test('a remembered consent is forgotten in its time', async () => {
  await using aging = await startOryEmulator()
  const options = { ...aging, client: await registered(aging), subject: 'dora' }
  const remembered = { ...options, rememberConsent: 60 }
  const first = await (await (await startAuthorization(remembered)).accept()).proceed()
  await (await first.accept()).proceed()

  const skipNow = async () => {
    const consent = await (await (await startAuthorization(options)).accept()).proceed()
    return consent.request['skip']
  }

  expect(await skipNow()).toBe(true)
  aging.clock.advance(61_000)
  expect(await skipNow()).toBe(false)
})

test('a consent that was not to be remembered spares nothing', async () => {
  const options = { ...ory, client, subject: 'egon' }
  const first = await (await (await startAuthorization(options)).accept()).proceed()
  await (await first.accept()).proceed()

  const consent = await (await (await startAuthorization(options)).accept()).proceed()

  expect(consent.request).toMatchObject({ skip: false })
})

test.each([
  ['https://app.example/cb', true],
  ['http://localhost/cb', true],
  ['http://127.0.0.1/cb', true],
  ['http://app.example/cb', false],
  ['myapp://cb', false],
])('a public client at %s is spared the consent: %s', async (redirect_uri, skip) => {
  const metadata = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' }
  const { client_id } = await registered(ory, metadata)
  const publicClient = { client_id, redirect_uri }
  const browser = createBrowser()
  const remember = { rememberLogin: true, rememberConsent: true, client: publicClient }
  await authorizeInBrowser({ ...ory, browser, subject: 'alice', ...remember })

  const login = await startAuthorization({ ...ory, browser, subject: 'alice', ...remember })
  const consent = await (await login.accept()).proceed()

  expect(consent.request).toMatchObject({ skip })
})
