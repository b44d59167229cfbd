import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  authorizeInBrowser,
  type Browser,
  createBrowser,
  startAuthorization,
} from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { type Registered, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'app' })
})

afterAll(() => ory.stop())

async function loggedIn(subject = 'alice'): Promise<{ browser: Browser; idToken: string }> {
  const browser = createBrowser()
  const options = { rememberLogin: true, rememberConsent: true, scope: 'openid read' }
  const { tokens } = await authorizeInBrowser({ ...ory, browser, client, subject, ...options })
  return { browser, idToken: tokens.id_token ?? '' }
}

const started = (browser: Browser, parameters: Record<string, string>, options: object = {}) =>
  startAuthorization({
    ...ory,
    browser,
    client,
    subject: 'alice',
    scope: 'openid read',
    parameters,
    ...options,
  })

test('passes prompt none where login and consent are remembered', async () => {
  const { browser } = await loggedIn()

  const login = await started(browser, { prompt: 'none' })
  const consent = await (await login.accept()).proceed()

  expect(login.request).toMatchObject({ skip: true })
  expect(consent.request).toMatchObject({ skip: true })
})

test('refuses prompt none where the remembered consent does not cover the scope', async () => {
  const { browser } = await loggedIn('carol')

  const login = await started(browser, { prompt: 'none' }, { scope: 'write', subject: 'carol' })

  await expect((await login.accept()).proceed()).rejects.toMatchObject({
    error: 'consent_required',
  })
})

test('asks again with prompt login and with prompt consent', async () => {
  const { browser } = await loggedIn()
  const login = await started(browser, { prompt: 'login' })

  const again = await started(browser, { prompt: 'consent' })
  const consent = await (await again.accept()).proceed()

  expect(login.request).toMatchObject({ skip: false, subject: '' })
  expect(consent.request).toMatchObject({ skip: false })
})

test.each([
  ['nonsense', "Used unknown value '[nonsense]' for prompt parameter"],
  ['none consent', 'contains other values as well which is not allowed.'],
])('refuses the prompt "%s" when the login comes back', async (prompt, description) => {
  const { browser } = await loggedIn()

  const login = await started(browser, { prompt })

  await expect((await login.accept()).proceed()).rejects.toMatchObject({
    error: 'invalid_request',
    description: expect.stringContaining(description),
  })
  expect((await started(browser, {})).request).toMatchObject({ skip: true })
})

test.each([
  ['prompt', 'login', 'login_required'],
  ['max_age', '5', 'login_required'],
  ['max_age', '15', null],
])('looks at %s once more when the login comes back, with %s', async (name, value, error) => {
  await using aging = await startOryEmulator()
  const browser = createBrowser()
  const options = { ...aging, browser, client: await registered(aging), subject: 'alice' }
  await authorizeInBrowser({ ...options, rememberLogin: true })
  aging.clock.advance(10_000)

  const login = await startAuthorization({ ...options, rememberLogin: true })
  const back = new URL((await login.accept()).redirectTo)
  back.searchParams.set(name, value)
  const { location } = await browser.get(back.href)
  const after = await startAuthorization(options)

  expect(new URL(location ?? '').searchParams.get('error')).toBe(error)
  expect([login.request['skip'], after.request['skip']]).toEqual([true, error === null])
})

test('takes select_account for a new login, which v26.2 does not know', async () => {
  await using older = await startOryEmulator({ profile: 'v26.2' })
  const olderClient = await registered(older, { client_id: 'app' })
  const { browser } = await loggedIn()

  const login = await started(browser, { prompt: 'select_account' })
  const unknown = await started(
    createBrowser(),
    { prompt: 'select_account' },
    {
      ...older,
      client: olderClient,
    },
  )

  expect(login.request).toMatchObject({ skip: false })
  await expect((await unknown.accept()).proceed()).rejects.toMatchObject({
    error: 'invalid_request',
  })
})

test('asks for a new login once max_age has passed', async () => {
  await using aging = await startOryEmulator()
  const browser = createBrowser()
  const options = { ...aging, browser, client: await registered(aging), subject: 'alice' }
  await authorizeInBrowser({ ...options, rememberLogin: true })
  aging.clock.advance(10_000)

  const young = await startAuthorization({ ...options, parameters: { max_age: '20' } })
  const old = await startAuthorization({ ...options, parameters: { max_age: '5' } })
  const silent = startAuthorization({ ...options, parameters: { max_age: '5', prompt: 'none' } })

  expect(young.request).toMatchObject({ skip: true })
  expect(old.request).toMatchObject({ skip: false })
  await expect(silent).rejects.toMatchObject({ error: 'login_required' })
})

test('cannot make sense of a max_age that is not a number', async () => {
  const { browser } = await loggedIn()

  const refused = started(browser, { max_age: 'young' })

  await expect(refused).rejects.toMatchObject({ error: 'error' })
})

test('lets an id_token_hint of the same user pass, and of no other', async () => {
  const alice = await loggedIn('alice')
  const bob = await loggedIn('bob')

  const own = await started(alice.browser, { id_token_hint: alice.idToken })
  const foreign = started(alice.browser, { id_token_hint: bob.idToken })

  expect(own.request).toMatchObject({
    skip: true,
    oidc_context: { id_token_hint_claims: { sub: 'alice' } },
  })
  await expect(foreign).rejects.toMatchObject({ error: 'login_required' })
})

test('refuses a hint that it did not sign, and one that is no token', async () => {
  const { browser, idToken } = await loggedIn()
  const [header, , signature] = idToken.split('.')
  const forged = Buffer.from(JSON.stringify({ sub: 'alice' })).toString('base64url')

  for (const id_token_hint of ['garbage', [header, forged, signature].join('.')]) {
    const refused = started(browser, { id_token_hint })
    await expect(refused).rejects.toMatchObject({ error: 'invalid_request' })
  }
})

test('refuses a login as somebody else than the hint, and ends the session there was', async () => {
  const { browser, idToken } = await loggedIn('alice')
  const parameters = { id_token_hint: idToken, prompt: 'login' }

  const login = await started(browser, parameters, { subject: 'mallory' })
  const finished = (await login.accept()).proceed()

  await expect(finished).rejects.toMatchObject({ error: 'login_required' })
  expect((await started(browser, {})).request).toMatchObject({ skip: false, subject: '' })
})
