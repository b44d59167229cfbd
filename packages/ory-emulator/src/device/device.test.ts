import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, createBrowser, type Tokens } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { claimsOf, isActive, type Registered, registered } from '../testing/registered.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
const requests = '/admin/oauth2/auth/requests'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, {
    client_id: 'tv',
    grant_types: [grantType, 'refresh_token'],
    device_authorization_grant_access_token_lifespan: '100s',
  })
})

afterAll(() => ory.stop())

interface Device {
  readonly device_code: string
  readonly user_code: string
}

const authorize = (form: Record<string, string>, { client_id, client_secret } = client) =>
  ask('POST', ory.publicUrl, '/oauth2/device/auth', { form, basic: [client_id, client_secret] })

const started = async () => {
  const { json } = await authorize({ client_id: 'tv', scope: 'openid offline read' })
  return json as Device
}

const poll = ({ device_code }: Device, { client_id, client_secret } = client) =>
  ask('POST', ory.publicUrl, '/oauth2/token', {
    form: { grant_type: grantType, device_code },
    basic: [client_id, client_secret],
  })

const acceptUserCode = (challenge: string | undefined, json: object) => {
  const query = challenge === undefined ? '' : `?device_challenge=${challenge}`
  return ask('PUT', ory.adminUrl, `${requests}/device/accept${query}`, { json })
}

const parameter = (location: string | undefined, name: string) =>
  encodeURIComponent(new URL(location ?? '').searchParams.get(name) ?? '')

const redirectOf = ({ json }: { readonly json: unknown }) =>
  (json as { readonly redirect_to: string }).redirect_to

/** The user goes to the verification page and types the code in; where the browser is sent then. */
async function verified(browser: Browser, { user_code }: Device): Promise<string> {
  const { location } = await browser.get(`${ory.publicUrl}/oauth2/device/verify`)
  const challenge = parameter(location, 'device_challenge')
  return redirectOf(await acceptUserCode(challenge, { user_code }))
}

/** The rest of the way: login, consent, and the page that says it is done. */
async function granted(
  browser: Browser,
  device: Device,
  subject: string,
  scope = ['openid', 'offline', 'read'],
  more: object = {},
) {
  const app = async (kind: string, location: string | undefined, json: object) => {
    const challenge = parameter(location, `${kind}_challenge`)
    const path = `${requests}/${kind}/accept?${kind}_challenge=${challenge}`
    return browser.get(redirectOf(await ask('PUT', ory.adminUrl, path, { json })))
  }
  const atLogin = await browser.get(await verified(browser, device))
  const atConsent = await app('login', atLogin.location, { subject })
  const query = `consent_challenge=${parameter(atConsent.location, 'consent_challenge')}`
  const { json: consent } = await ask('GET', ory.adminUrl, `${requests}/consent?${query}`)
  const done = await app('consent', atConsent.location, { grant_scope: scope, ...more })
  return { ...done, consent }
}

test('gives a device its codes', async () => {
  const { status, headers, json } = await authorize({ client_id: 'tv', scope: 'openid' })

  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/json;charset=UTF-8')
  expect(Object.entries(json as object)).toEqual(
    Object.entries({
      Header: null,
      device_code: expect.stringMatching(/^ory_dc_/),
      user_code: expect.stringMatching(/^[^\W0Oo1IlB8S5Z2]{8}$/),
      verification_uri: `${ory.publicUrl}/oauth2/device/verify`,
      verification_uri_complete: expect.stringMatching(/\/verify\?user_code=\w{8}$/),
      expires_in: expect.toSatisfy((seconds) => seconds === 599 || seconds === 600),
      interval: 5,
    }),
  )
})

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, 'The POST body can not be empty.'],
  ['no client id in the body', { scope: 'read' }, 'Provided client_id mismatch.'],
  ['a foreign scope', { client_id: 'tv', scope: 'admin' }, "not allowed to request scope 'admin'."],
  ['a foreign audience', { client_id: 'tv', audience: 'https://x' }, 'has not been whitelisted'],
])('refuses a device that asks with %s', async (_what, form, text) => {
  const { status, json } = await authorize(form)

  expect(status).toBe(400)
  expect(json).toMatchObject({ error_description: expect.stringContaining(text) })
})

test('refuses a device whose client is not registered for it', async () => {
  const other = await registered(ory)
  const { client_id } = other

  const { json } = await authorize({ client_id }, other)
  const polled = await poll(await started(), other)

  expect(json).toMatchObject({ error: 'invalid_grant' })
  expect(polled.json).toMatchObject({ error: 'unauthorized_client' })
})

test('gives the device tokens once the user has granted them', async () => {
  const device = await started()
  expect(await poll(device)).toMatchObject({
    status: 400,
    json: { error: 'authorization_pending' },
  })

  const { location } = await granted(createBrowser(), device, 'alice')
  const { status, json } = await poll(device)

  const tokens = json as Tokens
  expect(location).toBe(`${ory.publicUrl}/oauth2/fallbacks/device/done?client_id=tv`)
  expect(status).toBe(200)
  expect(tokens).toMatchObject({ scope: 'openid offline read', token_type: 'bearer' })
  expect(tokens.expires_in).toBeLessThanOrEqual(100)
  expect(claimsOf(tokens.id_token)).toMatchObject({ sub: 'alice', aud: ['tv'] })
  expect(await isActive(ory, tokens.refresh_token)).toBe(true)
})

test.each<[string, string[], string[]]>([
  ['no offline access', [grantType, 'refresh_token'], ['openid', 'read']],
  ['a client that could not use it', [grantType], ['openid', 'offline', 'read']],
])('gives no refresh token to %s', async (_what, grant_types, scope) => {
  const own = await registered(ory, { grant_types })
  const { client_id } = own
  const { json } = await authorize({ client_id, scope: 'openid offline read' }, own)
  await granted(createBrowser(), json as Device, 'alice', scope)

  const tokens = await poll(json as Device, own)

  expect(tokens.status).toBe(200)
  expect(tokens.json).not.toHaveProperty('refresh_token')
})

test.each([
  ['none', false],
  ['client_secret_basic', true],
])('asks again, remembered or not, for a client with the method %s', async (method, skip) => {
  const own = await registered(ory, {
    grant_types: [grantType],
    token_endpoint_auth_method: method,
  })
  const form = { client_id: own.client_id, scope: 'read' }
  const secret = method === 'none' ? { ...own, client_secret: '' } : own
  const device = async () => (await authorize(form, secret)).json as Device
  const remember = { remember: true }
  await granted(createBrowser(), await device(), 'doris', ['read'], remember)

  const { consent } = await granted(createBrowser(), await device(), 'doris', ['read'], remember)

  expect(consent).toMatchObject({ skip })
})

test('takes a device code once, and leaves its tokens', async () => {
  const device = await started()
  await granted(createBrowser(), device, 'alice')
  const { json } = await poll(device)

  const again = await poll(device)

  expect(again).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
  expect(await isActive(ory, (json as Tokens).access_token)).toBe(true)
})

test('takes back with the consent what it granted, polled or not', async () => {
  const [polled, unpolled] = [await started(), await started()]
  await granted(createBrowser(), polled, 'bella')
  await granted(createBrowser(), unpolled, 'bella')
  const { json } = await poll(polled)

  await ask('DELETE', ory.adminUrl, '/admin/oauth2/auth/sessions/consent?subject=bella&all=true')

  expect(await isActive(ory, (json as Tokens).refresh_token)).toBe(false)
  expect((await poll(unpolled)).json).toMatchObject({ error: 'invalid_grant' })
})

test('forgets devices with their client', async () => {
  const gone = await registered(ory, { client_id: 'gone', grant_types: [grantType] })
  const { json } = await authorize({ client_id: 'gone' }, gone)
  await ask('DELETE', ory.adminUrl, '/admin/clients/gone')
  await registered(ory, { client_id: 'gone', grant_types: [grantType] })

  expect((await poll(json as Device, gone)).json).toMatchObject({ error: 'invalid_grant' })
})

test('lets a granted code expire', async () => {
  await using aging = await startOryEmulator()
  const older = ory
  const olderClient = client
  try {
    ory = aging
    client = await registered(aging, { client_id: 'tv', grant_types: [grantType] })
    const device = await started()
    await granted(createBrowser(), device, 'alice')
    aging.clock.advance(601_000)

    expect((await poll(device)).json).toMatchObject({ error: 'expired_token' })
  } finally {
    ory = older
    client = olderClient
  }
})

test('takes the user code along where it came with the address, and hides it in the flow', async () => {
  const device = await started()
  const browser = createBrowser()
  const { user_code } = device

  const verification = `${ory.publicUrl}/oauth2/device/verify?user_code=${user_code}`
  const { location } = await browser.get(verification)
  const challenge = parameter(location, 'device_challenge')
  const atLogin = await browser.get(redirectOf(await acceptUserCode(challenge, { user_code })))
  const query = `login_challenge=${parameter(atLogin.location, 'login_challenge')}`
  const { json } = await ask('GET', ory.adminUrl, `${requests}/login?${query}`)

  expect(parameter(location, 'user_code')).toBe(user_code)
  expect(json).toMatchObject({
    oidc_context: null,
    requested_scope: ['openid', 'offline', 'read'],
    request_url: `${ory.publicUrl}/oauth2/device/verify?client_id=tv&user_code=%2A%2A%2A%2A`,
  })
})

test('needs the browser that typed the code in', async () => {
  const redirect = await verified(createBrowser(), await started())

  const { status, body } = await createBrowser().get(redirect)

  expect(status).toBe(403)
  expect(JSON.parse(body)).toMatchObject({ error: 'request_forbidden' })
})

test.each<[string, string | undefined, object, number, string]>([
  ['no challenge', undefined, { user_code: 'x' }, 400, "'device_challenge' is not defined"],
  ['an empty challenge', '', { user_code: 'x' }, 400, "'device_challenge' is not defined"],
  ['no code', 'garbage', {}, 400, "Field 'user_code' must not be empty."],
  ['a number', 'garbage', { user_code: 1 }, 400, 'Unable to decode request body: json: cannot'],
  ['a garbled challenge', 'garbage', { user_code: 'x' }, 404, 'Unable to locate the requested'],
])('refuses a user code with %s', async (_what, challenge, body, status, text) => {
  const answer = await acceptUserCode(challenge, body)

  expect(answer.status).toBe(status)
  expect(answer.json).toMatchObject({ error_description: expect.stringContaining(text) })
})

test('refuses a code nobody has, and one that has expired', async () => {
  await using aging = await startOryEmulator()
  const older = ory
  try {
    ory = aging
    const own = await registered(aging, { client_id: 'tv', grant_types: [grantType] })
    const { json } = await authorize({ client_id: 'tv' }, own)
    const { user_code } = json as Device
    const { location } = await createBrowser().get(`${aging.publicUrl}/oauth2/device/verify`)
    const challenge = parameter(location, 'device_challenge')

    const inTime = await acceptUserCode(challenge, { user_code })
    aging.clock.advance(601_000)
    const late = await acceptUserCode(challenge, { user_code })
    const foreign = await acceptUserCode(challenge, { user_code: 'ZZZZZZZZ' })

    expect(inTime.status).toBe(200)
    expect([late.status, foreign.status]).toEqual([400, 400])
    expect(late.json).toEqual(foreign.json)
    expect(late.json).toMatchObject({
      error_description: expect.stringContaining("The 'user_code' session could not be found"),
    })
  } finally {
    ory = older
  }
})

test('refuses a verifier that is none, and a flow without its client', async () => {
  const path = '/oauth2/device/verify?device_verifier=garbage'
  const garbage = await ask('GET', ory.publicUrl, path)
  const nobody = await ask('GET', ory.publicUrl, '/oauth2/device/verify?login_verifier=x')

  expect(garbage).toMatchObject({ status: 403, json: { error: 'access_denied' } })
  expect(nobody).toMatchObject({
    status: 401,
    json: {
      error: 'invalid_client',
      error_description: expect.stringMatching(/Query parameter 'client_id' is missing\.$/),
    },
  })
})
