import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  authorizeInBrowser,
  type Browser,
  createBrowser,
  type Landing,
  type LogoutStep,
  logoutInBrowser,
  startAuthorization,
  startLogout,
} from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { isActive, type Registered, registered } from '../testing/registered.ts'

const requests = '/admin/oauth2/auth/requests/logout'
const profiles = ['head', 'v26.2'] as const

let heard: (string | undefined)[] = []
const relyingParty = createServer((request, response) => {
  heard.push(request.url)
  request.resume()
  response.end()
})

const servers: Record<string, { readonly ory: OryEmulator; readonly client: Registered }> = {}

beforeAll(async () => {
  await new Promise<void>((resolve) => relyingParty.listen(0, '127.0.0.1', resolve))
  const { port } = relyingParty.address() as AddressInfo
  for (const profile of profiles) {
    const ory = await startOryEmulator({ profile })
    const client = await registered(ory, {
      client_id: 'app',
      backchannel_logout_uri: `http://127.0.0.1:${port}/back`,
      post_logout_redirect_uris: ['https://app.example/bye'],
    })
    servers[profile] = { ory, client }
  }
})

afterEach(() => {
  heard = []
})

afterAll(async () => {
  for (const { ory } of Object.values(servers)) await ory.stop()
  relyingParty.close()
})

function server(profile: string) {
  const found = servers[profile]
  if (found === undefined) throw new Error(`no server ${profile}`)
  return found
}

const loggedIn = ({ ory, client }: ReturnType<typeof server>, options: object = {}) => {
  const browser = createBrowser()
  const remembered = { browser, client, subject: 'alice', rememberLogin: true }
  return authorizeInBrowser({ ...ory, ...remembered, ...options })
}

async function atLogoutApp(ory: OryEmulator, browser: Browser, options: object = {}) {
  return (await startLogout({ ...ory, browser, ...options })) as LogoutStep
}

const isLoggedIn = async ({ ory, client }: ReturnType<typeof server>, browser: Browser) => {
  const { request } = await startAuthorization({ ...ory, browser, client, subject: 'alice' })
  return request['skip']
}

test.each(profiles)(
  '%s ends the session a browser asks to end, and tells the clients',
  async (p) => {
    const { ory } = server(p)
    const { browser, sid, tokens } = await loggedIn(server(p))
    const logout = await atLogoutApp(ory, browser)

    expect(logout.request).toEqual({
      challenge: logout.challenge,
      subject: 'alice',
      sid,
      request_url: '/oauth2/sessions/logout',
      rp_initiated: false,
      expires_at: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
      requested_at: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
      client: null,
    })
    const { status, location } = await logout.accept()
    await ory.idle()

    expect(status).toBe(302)
    expect(location).toBe(`${ory.publicUrl}/oauth2/fallbacks/logout/callback`)
    expect(heard).toEqual(['/back'])
    expect(await isLoggedIn(server(p), browser)).toBe(false)
    expect(await isActive(ory, tokens.refresh_token)).toBe(true)
  },
)

test.each(profiles)('%s ends the session a client asks to end', async (profile) => {
  const { ory } = server(profile)
  const { browser, sid, tokens } = await loggedIn(server(profile))
  const logout = await atLogoutApp(ory, createBrowser(), {
    idTokenHint: tokens.id_token,
    postLogoutRedirectUri: 'https://app.example/bye',
    state: 'so long',
  })

  const time = profile === 'head' ? expect.any(String) : null
  expect(logout.request).toMatchObject({
    subject: 'alice',
    sid,
    rp_initiated: true,
    request_url: expect.stringContaining('/oauth2/sessions/logout?id_token_hint='),
    expires_at: time,
    requested_at: time,
    client: { client_id: 'app' },
  })
  const { location } = await logout.accept()

  expect(location).toBe('https://app.example/bye?state=so+long')
  expect(await isLoggedIn(server(profile), browser)).toBe(false)
})

test('sends a browser on that is not logged in', async () => {
  const { ory } = server('head')

  const { status, location } = (await startLogout({ ...ory, browser: createBrowser() })) as Landing

  expect(status).toBe(302)
  expect(location).toMatch(/\/logout\/callback$/)
})

test('sends a client’s browser on where that session is over already', async () => {
  const { ory } = server('head')
  const { browser, tokens } = await loggedIn(server('head'))
  await logoutInBrowser({ ...ory, browser })

  const landing = await startLogout({
    ...ory,
    browser,
    idTokenHint: tokens.id_token ?? '',
    postLogoutRedirectUri: 'https://app.example/bye',
  })

  expect(landing).toMatchObject({ location: 'https://app.example/bye' })
})

test.each([
  ['state', { state: 'x' }, 'state is set but id_token_hint is missing'],
  ['a URI', { postLogoutRedirectUri: 'x' }, 'post_logout_redirect_uri is set but id_token_hint'],
  ['a hint that is none', { idTokenHint: 'garbage' }, 'invalid_request'],
])('refuses a logout with %s at the error page', async (_what, options, text) => {
  const { ory } = server('head')

  const { location } = (await startLogout({
    ...ory,
    browser: createBrowser(),
    ...options,
  })) as Landing

  expect(location).toContain('/oauth2/fallbacks/error?error=invalid_request')
  expect(decodeURIComponent(location ?? '').replaceAll('+', ' ')).toContain(text)
})

test('refuses to send a browser where its client has not registered to', async () => {
  const { ory } = server('head')
  const { browser, tokens } = await loggedIn(server('head'))

  const { location } = (await startLogout({
    ...ory,
    browser,
    idTokenHint: tokens.id_token ?? '',
    postLogoutRedirectUri: 'https://evil.example',
  })) as Landing

  expect(location).toContain('is+not+a+whitelisted+as+a+post_logout_redirect_uri')
})

test('refuses a hint of another issuer', async () => {
  const { ory } = server('head')
  const { tokens } = await loggedIn(server('v26.2'))

  const { location } = (await startLogout({
    ...ory,
    browser: createBrowser(),
    idTokenHint: tokens.id_token ?? '',
  })) as Landing

  expect(location).toContain('error=invalid_request')
})

test.each(profiles)('%s tells the clients once, however often a verifier is brought', async (p) => {
  const { ory } = server(p)
  const { browser } = await loggedIn(server(p))
  const { challenge } = await atLogoutApp(ory, browser)
  const path = `${requests}/accept?${new URLSearchParams({ logout_challenge: challenge })}`
  const { json } = await ask('PUT', ory.adminUrl, path)
  const { redirect_to } = json as { readonly redirect_to: string }

  const answers = [await browser.get(redirect_to), await browser.get(redirect_to)]
  await ory.idle()

  expect(answers.map(({ status }) => status)).toEqual([302, 302])
  expect(heard).toEqual(['/back'])
})

test('does not end a session that began after the logout was asked for', async () => {
  const { ory, client } = server('head')
  const { browser } = await loggedIn(server('head'))
  const logout = await atLogoutApp(ory, browser)
  await authorizeInBrowser({
    ...ory,
    browser,
    client,
    subject: 'alice',
    rememberLogin: true,
    parameters: { prompt: 'login' },
  })

  await logout.accept()

  expect(await isLoggedIn(server('head'), browser)).toBe(true)
})

test('opens the front-channel logout of every client in a frame', async () => {
  const { ory } = server('head')
  const client = await registered(ory, {
    frontchannel_logout_uri: 'https://app.example/front?a=1',
  })
  const { browser, sid } = await loggedIn({ ory, client })

  const { status, body } = await logoutInBrowser({ ...ory, browser })

  const issuer = encodeURIComponent(ory.publicUrl)
  expect(status).toBe(200)
  expect(body).toContain(
    `<iframe src="https://app.example/front?a=1&amp;iss=${issuer}&amp;sid=${sid}"`,
  )
  expect(body).toContain(`URL=${ory.publicUrl}/oauth2/fallbacks/logout/callback`)
})

const answers = async (ory: OryEmulator, challenge: string) => {
  const query = `?${new URLSearchParams({ logout_challenge: challenge })}`
  const get = await ask('GET', ory.adminUrl, `${requests}${query}`)
  const accept = await ask('PUT', ory.adminUrl, `${requests}/accept${query}`)
  const reject = await ask('PUT', ory.adminUrl, `${requests}/reject${query}`)
  return { statuses: [get, accept, reject].map(({ status }) => status), get }
}

test('head keeps no logout request: rejecting one undoes nothing', async () => {
  const { ory } = server('head')
  const { browser } = await loggedIn(server('head'))
  const logout = await atLogoutApp(ory, browser)
  await logout.reject()

  expect((await answers(ory, logout.challenge)).statuses).toEqual([200, 200, 204])
})

test('head tells a garbled challenge from one of older servers', async () => {
  const { ory } = server('head')

  const garbage = await answers(ory, 'garbage')
  const legacy = await answers(ory, '5f0b1c52-8f1b-4d8e-9d43-111111111111')
  const missing = await answers(ory, '')

  expect(garbage.statuses).toEqual([404, 404, 404])
  expect(garbage.get.json).toMatchObject({
    error: 'Not Found',
    error_description:
      'Unable to locate the requested resource Failed to decrypt the logout challenge.',
  })
  expect(legacy.statuses).toEqual([401, 401, 401])
  expect(missing.statuses).toEqual([404, 404, 404])
})

test('head’s logout requests expire', async () => {
  await using ory = await startOryEmulator({ ttl: { loginConsentRequest: '60s' } })
  const client = await registered(ory)
  const { browser } = await loggedIn({ ory, client })
  const logout = await atLogoutApp(ory, browser)

  ory.clock.advance(62_000)

  expect((await answers(ory, logout.challenge)).statuses).toEqual([401, 401, 401])
})

test('v26.2 keeps its logout requests: a rejected one is gone until it is accepted', async () => {
  const { ory } = server('v26.2')
  const { browser } = await loggedIn(server('v26.2'))
  const logout = await atLogoutApp(ory, browser)
  await logout.reject()

  expect((await answers(ory, logout.challenge)).statuses).toEqual([404, 200, 204])
})

test('v26.2 answers 410 once a logout was carried out', async () => {
  const { ory } = server('v26.2')
  const { browser } = await loggedIn(server('v26.2'))
  const logout = await atLogoutApp(ory, browser)
  await logout.accept()

  const { statuses, get } = await answers(ory, logout.challenge)

  expect(statuses).toEqual([410, 200, 204])
  expect(get.json).toEqual({ redirect_to: '/oauth2/sessions/logout' })
})

test('v26.2 knows no other challenge', async () => {
  const { ory } = server('v26.2')

  expect((await answers(ory, 'garbage')).statuses).toEqual([404, 404, 404])
})

test('v26.2 takes no verifier of a request that was rejected after all', async () => {
  const { ory } = server('v26.2')
  const { browser } = await loggedIn(server('v26.2'))
  const logout = await atLogoutApp(ory, browser)
  const query = new URLSearchParams({ logout_challenge: logout.challenge })
  const { json } = await ask('PUT', ory.adminUrl, `${requests}/accept?${query}`)
  await logout.reject()

  const { location } = await browser.get((json as { redirect_to: string }).redirect_to)

  expect(location).toContain('/oauth2/fallbacks/error?error=Not+Found')
  expect(await isLoggedIn(server('v26.2'), browser)).toBe(true)
})
