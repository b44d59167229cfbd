import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, requestTokens } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { introspected, isActive, type Registered, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory)
})

afterAll(() => ory.stop())

const revoke = (form: Record<string, string>, { client_id, client_secret } = client) =>
  ask('POST', ory.publicUrl, '/oauth2/revoke', { form, basic: [client_id, client_secret] })

const granted = async () => (await authorizeInBrowser({ ...ory, client, subject: 'alice' })).tokens

test.each(['access_token', 'refresh_token'] as const)('ends a chain by its %s', async (which) => {
  const tokens = await granted()

  const { status, headers, text } = await revoke({ token: tokens[which] ?? '' })

  expect({ status, text }).toEqual({ status: 200, text: '' })
  expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  expect(await isActive(ory, tokens.access_token)).toBe(false)
  expect(await isActive(ory, tokens.refresh_token)).toBe(false)
})

test('ends one token of a client’s own, and no other', async () => {
  const grant = { grant_type: 'client_credentials' }
  const [first, second] = [
    await requestTokens(ory, client, grant),
    await requestTokens(ory, client, grant),
  ]

  await revoke({ token: first.access_token })

  expect(await isActive(ory, first.access_token)).toBe(false)
  expect(await isActive(ory, second.access_token)).toBe(true)
})

test('answers 200 for another client’s token, and leaves it', async () => {
  const other = await registered(ory)
  const tokens = await granted()

  const { status } = await revoke({ token: tokens.access_token }, other)

  expect(status).toBe(200)
  expect(await isActive(ory, tokens.access_token)).toBe(true)
})

test.each([['unknown'], ['']])('answers 200 for the token "%s"', async (token) => {
  expect((await revoke({ token })).status).toBe(200)
})

test('answers 200 for a refresh token that was exchanged, and leaves the newer ones', async () => {
  const first = await granted()
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' }
  const second = await requestTokens(ory, client, refresh)

  const { status } = await revoke({ token: first.refresh_token ?? '' })

  expect(status).toBe(200)
  expect(await isActive(ory, second.refresh_token)).toBe(true)
})

test('is a canary for credentials', async () => {
  const right = await revoke({ token: 'canary' })
  const wrong = await revoke({ token: 'canary' }, { ...client, client_secret: 'wrong secret' })
  const unknown = await revoke({ token: 'canary' }, { ...client, client_id: 'nobody' })

  expect(right.status).toBe(200)
  for (const refused of [wrong, unknown]) {
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toBeUndefined()
    expect(refused.json).toEqual({
      error: 'invalid_client',
      error_description:
        'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
    })
  }
})

test('says of malformed requests only that they are', async () => {
  const empty = await revoke({})
  const anonymous = await ask('POST', ory.publicUrl, '/oauth2/revoke', { form: { token: 'x' } })

  for (const refused of [empty, anonymous]) {
    expect(refused.status).toBe(400)
    expect(refused.json).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(/whitelisted the redirect_uri you specified\.$/),
    })
  }
})

test('lets a public client revoke by its id', async () => {
  const metadata = { token_endpoint_auth_method: 'none' }
  const { client_id, redirect_uri } = await registered(ory, metadata)
  const { tokens } = await authorizeInBrowser({
    ...ory,
    client: { client_id, redirect_uri },
    subject: 'alice',
  })

  await ask('POST', ory.publicUrl, '/oauth2/revoke', {
    form: { client_id, token: tokens.access_token },
  })

  expect(await isActive(ory, tokens.access_token)).toBe(false)
})

test('introspection says just that a token is inactive, whatever is wrong with it', async () => {
  const tokens = await granted()
  const path = '/admin/oauth2/introspect'
  const token = tokens.access_token

  const unknown = await introspected(ory, 'unknown')
  const scoped = await ask('POST', ory.adminUrl, path, { form: { token, scope: 'openid admin' } })
  const covered = await ask('POST', ory.adminUrl, path, { form: { token, scope: 'openid' } })

  for (const inactive of [unknown, scoped]) {
    expect(inactive.status).toBe(200)
    expect(inactive.json).toEqual({ active: false })
    expect(inactive.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
  }
  expect(covered.json).toMatchObject({ active: true })
})

test('introspection wants a form', async () => {
  const { status, headers, json } = await ask('POST', ory.adminUrl, '/admin/oauth2/introspect', {
    json: { token: 'x' },
  })

  expect(status).toBe(400)
  expect(headers['content-type']).toBe('application/json;charset=UTF-8')
  expect(json).toMatchObject({
    error_description: expect.stringMatching(/The POST body can not be empty\.$/),
  })
})

test('introspection knows a token without its prefix, and none with a wrong one', async () => {
  const { access_token } = await granted()
  const bare = access_token.slice('ory_at_'.length)

  expect(await isActive(ory, bare)).toBe(true)
  expect(await isActive(ory, `ory_rt_${bare}`)).toBe(false)
})
