import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { type Registered, registered } from '../testing/registered.ts'

const requests = '/admin/oauth2/auth/requests'
const notFound = {
  error: 'Not Found',
  error_description: 'Unable to locate the requested resource',
}

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory)
})

afterAll(() => ory.stop())

const started = (options: object = {}) =>
  startAuthorization({ ...ory, client, subject: 'alice', ...options })

const put = (kind: string, verb: string, challenge: string, body: string) =>
  ask(
    'PUT',
    ory.adminUrl,
    `${requests}/${kind}/${verb}?${new URLSearchParams({ [`${kind}_challenge`]: challenge })}`,
    { body },
  )

const description = ({ json }: { readonly json: unknown }) =>
  String((json as { readonly error_description: string }).error_description)

test.each(['login', 'consent'])('wants a %s challenge, by either name', async (kind) => {
  const missing = await ask('GET', ory.adminUrl, `${requests}/${kind}`)
  const legacy = await ask('GET', ory.adminUrl, `${requests}/${kind}?challenge=garbage`)

  expect(missing.status).toBe(400)
  expect(description(missing)).toContain("'challenge' is not defined but should have been.")
  expect([legacy.status, legacy.json]).toEqual([404, notFound])
})

test('a challenge is good for its own purpose only, and as it is', async () => {
  const { challenge } = await started()
  const altered = `${challenge.startsWith('A') ? 'B' : 'A'}${challenge.slice(1)}`
  const get = (kind: string, value: string) =>
    ask('GET', ory.adminUrl, `${requests}/${kind}?${kind}_challenge=${encodeURIComponent(value)}`)

  expect((await get('login', challenge)).status).toBe(200)
  expect((await get('consent', challenge)).status).toBe(404)
  expect((await get('login', challenge.slice(0, -1))).status).toBe(404)
  expect((await get('login', altered)).status).toBe(404)
})

test('another server cannot open it', async () => {
  await using other = await startOryEmulator()
  const { challenge } = await started()

  const query = new URLSearchParams({ login_challenge: challenge })
  const answer = await ask('GET', other.adminUrl, `${requests}/login?${query}`)

  expect(answer.json).toEqual(notFound)
})

test('looks at the challenge after the body, and at the subject before the challenge', async () => {
  expect((await put('login', 'accept', 'garbage', '{')).status).toBe(400)
  expect((await put('login', 'accept', 'garbage', '{}')).status).toBe(400)
  expect((await put('login', 'accept', 'garbage', '{"subject":"a"}')).status).toBe(404)
  expect((await put('login', 'accept', '', '{')).status).toBe(400)
  expect((await put('consent', 'accept', 'garbage', '{')).status).toBe(400)
  expect((await put('consent', 'accept', 'garbage', '{}')).status).toBe(404)
})

test.each([
  ['login', 'accept', '', 'Unable to decode body because: EOF'],
  [
    'login',
    'accept',
    '[]',
    'cannot unmarshal array into Go value of type flow.HandledLoginRequest',
  ],
  ['login', 'accept', '{"subject":5}', 'struct field HandledLoginRequest.subject of type string'],
  ['login', 'accept', '{"subject":""}', "Field 'subject' must not be empty."],
  ['login', 'reject', '', 'Unable to decode body because: EOF'],
  ['login', 'reject', '{"status_code":"x"}', 'RequestDeniedError.status_code of type int'],
  ['consent', 'accept', '', 'The error is unrecognizable'],
  ['consent', 'accept', '{"session":[]}', 'The error is unrecognizable'],
  ['consent', 'accept', '{"session":{"id_token":1}}', 'The error is unrecognizable'],
  ['consent', 'reject', '', 'The error is unrecognizable'],
])('to %s %s with the body %s it says: %s', async (kind, verb, body, text) => {
  const answer = await put(kind, verb, 'garbage', body)

  expect(answer.status).toBe(400)
  expect(description(answer)).toContain(text)
})

test('accepting can be repeated, each time with another verifier', async () => {
  const login = await started()

  const [first, second] = [await login.accept(), await login.accept()]

  expect(first.redirectTo).not.toBe(second.redirectTo)
  const { searchParams } = new URL(first.redirectTo)
  expect([...searchParams.keys()]).toEqual([...searchParams.keys()].sort())
  expect(searchParams.get('state')).toBeTruthy()
})

test('a challenge can be read after it was accepted', async () => {
  const login = await started()
  await (await login.accept()).proceed()

  const query = new URLSearchParams({ login_challenge: login.challenge })
  const { status } = await ask('GET', ory.adminUrl, `${requests}/login?${query}`)

  expect(status).toBe(200)
})

test('another subject than the remembered one is sent to log in anew', async () => {
  const browser = createBrowser()
  const options = { browser, rememberLogin: true }
  await (await (await started(options)).accept()).proceed()
  const { challenge } = await started(options)

  const { json } = await put('login', 'accept', challenge, '{"subject":"mallory"}')

  const { redirect_to } = json as { readonly redirect_to: string }
  expect(redirect_to).toContain('prompt=login')
  expect(redirect_to).not.toContain('verifier')
})

test('what an app rejects with reaches the client', async () => {
  const rejected = async (body: object) => {
    const browser = createBrowser()
    const { challenge } = await started({ browser })
    const { json } = await put('login', 'reject', challenge, JSON.stringify(body))
    const { location } = await browser.get((json as { redirect_to: string }).redirect_to)
    return new URL(location ?? '').searchParams
  }

  const own = await rejected({
    error: 'tired',
    error_description: 'Come back.',
    error_hint: 'Now.',
  })
  const bare = await rejected({})

  expect(own.get('error')).toBe('tired')
  expect(own.get('error_description')).toBe('Come back. Now.')
  expect(bare.get('error')).toBe('login request denied')
})

test('a rejected consent reaches the client and grants nothing', async () => {
  const browser = createBrowser()
  const consent = await (await (await started({ browser, subject: 'nina' })).accept()).proceed()
  const { json } = await put('consent', 'reject', consent.challenge, '{"error":"no"}')

  const { location } = await browser.get((json as { redirect_to: string }).redirect_to)

  expect(location).toContain('?error=no&')
  const path = '/admin/oauth2/auth/sessions/consent?subject=nina'
  expect((await ask('GET', ory.adminUrl, path)).json).toEqual([])
})

test('everything expires with the flow', async () => {
  await using soon = await startOryEmulator({ ttl: { loginConsentRequest: '60s' } })
  const options = { ...soon, client: await registered(soon), subject: 'alice' }
  const login = await startAuthorization(options)
  const accepted = await login.accept()
  const consent = await accepted.proceed()
  const granted = await consent.accept()

  soon.clock.advance(61_000)

  const expired = (kind: string) => ({
    status: 401,
    error: 'request_unauthorized',
    description: `The request could not be authorized. The ${kind} request has expired, please try again.`,
  })
  await expect(login.accept()).rejects.toMatchObject(expired('login'))
  await expect(consent.accept()).rejects.toMatchObject(expired('consent'))
  const { status: _, ...told } = expired('login')
  await expect(accepted.proceed()).rejects.toMatchObject(told)
  await expect(granted.proceed()).rejects.toMatchObject({ error: 'request_unauthorized' })
})

test('a flow is good until its last second', async () => {
  await using soon = await startOryEmulator({ ttl: { loginConsentRequest: '60s' } })
  const login = await startAuthorization({
    ...soon,
    client: await registered(soon),
    subject: 'alice',
  })

  soon.clock.advance(58_000)

  await expect(login.accept()).resolves.toBeDefined()
})

test('a flow keeps the client as it was when it began', async () => {
  const changing = await registered(ory, { client_name: 'before' })
  const { challenge } = await started({ client: changing })
  await ask('PATCH', ory.adminUrl, `/admin/clients/${changing.client_id}`, {
    json: [{ op: 'replace', path: '/client_name', value: 'after' }],
  })

  const query = new URLSearchParams({ login_challenge: challenge })
  const { json } = await ask('GET', ory.adminUrl, `${requests}/login?${query}`)

  expect(json).toMatchObject({ client: { client_name: 'before' } })
  expect(json).not.toHaveProperty('client.client_secret')
})
