import { expect, test } from 'vitest'
import { routesOf } from './routes.ts'
import { type StartOptions, startOryEmulator } from './start.ts'
import { ask } from './testing/ask.ts'

const apiKey = 'ory_pat_emulated'
const authorized = { headers: { authorization: `Bearer ${apiKey}` } }
const network = { apiKey }
const noon = Date.parse('2026-01-02T12:00:00Z')

/** A server whose clock stands still, so that no window ends by itself. */
const start = (options: StartOptions = {}) =>
  startOryEmulator({ network, now: () => noon, ...options })

test('has one origin for both sides', async () => {
  await using ory = await start()

  expect(ory.adminUrl).toBe(ory.publicUrl)
  expect((await ask('GET', ory.adminUrl, '/admin/clients', authorized)).status).toBe(200)
  expect(
    (await ask('POST', ory.publicUrl, '/oauth2/revoke', { form: { token: 'x' } })).status,
  ).toBe(400)
})

test.each([{}, { authorization: 'Bearer other' }, { authorization: apiKey }])(
  'wants its key under /admin, and not %j',
  async (headers) => {
    await using ory = await start()

    const answer = await ask('GET', ory.adminUrl, '/admin/clients', { headers })

    expect(answer).toMatchObject({
      status: 401,
      json: { error: { code: 401, status: 'Unauthorized', request: expect.any(String) } },
    })
    expect(Object.keys(answer.headers)).not.toContain('x-ratelimit-limit')
  },
)

test('wants no key elsewhere', async () => {
  await using ory = await start()

  expect((await ask('GET', ory.publicUrl, '/health/ready')).status).toBe(200)
})

test('knows no admin path without its prefix', async () => {
  await using ory = await start()

  expect((await ask('GET', ory.adminUrl, '/clients', authorized)).status).toBe(404)
})

test('says with every answer what is left of the bucket', async () => {
  await using ory = await start()

  const { headers } = await ask('GET', ory.adminUrl, '/admin/clients', authorized)

  expect(headers).toMatchObject({
    'x-ratelimit-limit': '5, 5;w=1, 15;w=60',
    'x-ratelimit-remaining': '4',
    'x-ratelimit-reset': '0',
  })
})

test.each([
  ['DELETE', '/admin/oauth2/tokens?client_id=x', '5, 5;w=1, 15;w=60'],
  ['GET', '/admin/clients', '5, 5;w=1, 15;w=60'],
  ['GET', '/admin/clients/x', '5, 5;w=1, 80;w=60'],
  ['POST', '/oauth2/revoke', '6, 6;w=1, 125;w=60'],
])('limits %s %s as the Developer plan does', async (method, path, limit) => {
  await using ory = await start()

  const { headers } = await ask(method, ory.adminUrl, path, authorized)

  expect(headers['x-ratelimit-limit']).toBe(limit)
})

test('counts every operation in the bucket that Ory publishes for it', () => {
  const inBucket = (bucket: string) =>
    new Set(
      routesOf('head')
        .filter((route) => route.bucket === bucket)
        .map(({ operation }) => operation),
    )

  for (const [bucket, operations] of Object.entries(published))
    expect([bucket, [...inBucket(bucket)].sort()]).toEqual([bucket, operations])
})

test('refuses what exceeds a second, and lets it through in the next', async () => {
  await using ory = await start()
  const list = () => ask('GET', ory.adminUrl, '/admin/clients', authorized)
  for (let asked = 0; asked < 5; asked += 1) expect((await list()).status).toBe(200)
  ory.clock.advance(200)

  const refused = await list()

  expect(refused).toMatchObject({ status: 429, json: { error: { code: 429 } } })
  expect(refused.headers).toMatchObject({
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '0',
  })
  ory.clock.advance(799)
  expect((await list()).status).toBe(429)
  ory.clock.advance(1)
  expect((await list()).status).toBe(200)
})

test('refuses what exceeds a minute, and says how long it lasts', async () => {
  await using ory = await start()
  const list = () => ask('GET', ory.adminUrl, '/admin/clients', authorized)
  for (let asked = 0; asked < 15; asked += 1) {
    expect((await list()).status).toBe(200)
    ory.clock.advance(998)
  }

  const refused = await list()

  expect(refused.status).toBe(429)
  expect(refused.headers).toMatchObject({
    'x-ratelimit-limit': '15, 5;w=1, 15;w=60',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '45',
  })
  ory.clock.advance(45_029)
  expect((await list()).status).toBe(429)
  ory.clock.advance(1)
  expect((await list()).status).toBe(200)
})

test('counts all operations of a bucket together, and each bucket for itself', async () => {
  const limits = { 'admin-low': { perSecond: 2, perMinute: 10 } }
  await using ory = await start({ network: { apiKey, limits } })
  const json = { client_id: 'mail' }

  const create = await ask('POST', ory.adminUrl, '/admin/clients', { ...authorized, json })
  const remove = await ask('DELETE', ory.adminUrl, '/admin/clients/mail', authorized)
  const tokens = await ask('DELETE', ory.adminUrl, '/admin/oauth2/tokens?client_id=x', authorized)
  const get = await ask('GET', ory.adminUrl, '/admin/clients/mail', authorized)

  expect([create.status, remove.status, tokens.status, get.status]).toEqual([201, 204, 429, 404])
  expect(get.headers['x-ratelimit-limit']).toBeUndefined()
})

test('a refused request is not counted, does nothing and uses up no fault', async () => {
  const limits = { 'admin-low': { perSecond: 1, perMinute: 10 } }
  await using ory = await start({ network: { apiKey, limits } })
  const create = (client_id: string) =>
    ask('POST', ory.adminUrl, '/admin/clients', { ...authorized, json: { client_id } })
  await create('mail')
  ory.faults.add({ operation: 'createOAuth2Client', kind: 'status', status: 503, times: 1 })

  expect((await create('chat')).status).toBe(429)
  ory.clock.advance(1_000)
  expect((await create('chat')).status).toBe(503)
  ory.clock.advance(1_000)
  expect((await create('chat')).status).toBe(201)
})

test('lets who rotates a secret choose the new one, under the profile network alone', async () => {
  for (const [profile, expected] of [
    ['network', 'chosen by us'],
    ['head', expect.not.stringMatching('chosen by us')],
  ] as const) {
    await using ory = await start({ profile })
    const { client_id } = await registeredAt(ory.adminUrl)
    const rotate = (json?: object) =>
      ask('POST', ory.adminUrl, `/admin/clients/${client_id}/secrets/rotate`, {
        ...authorized,
        json,
      })

    expect((await rotate({ client_secret: 'chosen by us' })).json).toMatchObject({
      client_secret: expected,
    })
    expect((await rotate()).json).toMatchObject({ client_secret: expect.stringMatching(/^.{26}$/) })
  }
})

test('takes no chosen secret of less than six bytes', async () => {
  await using ory = await start({ profile: 'network' })
  const { client_id } = await registeredAt(ory.adminUrl)

  const answer = await ask('POST', ory.adminUrl, `/admin/clients/${client_id}/secrets/rotate`, {
    ...authorized,
    json: { client_secret: 'short' },
  })

  expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_client_metadata' } })
})

test('refuses the profile network without its key', async () => {
  await expect(startOryEmulator({ profile: 'network' })).rejects.toThrow(
    'profile network needs network: { apiKey }',
  )
})

const registeredAt = async (adminUrl: string) => {
  const { json } = await ask('POST', adminUrl, '/admin/clients', { ...authorized, json: {} })
  return json as { readonly client_id: string }
}

/** `x-ory-ratelimit-bucket` in Ory's OpenAPI of November 2026, less its `hydra-`; by their names. */
const published = {
  'admin-low': [
    'createOAuth2Client',
    'deleteOAuth2Client',
    'deleteOAuth2Token',
    'deleteRotatedOAuth2ClientSecrets',
    'deleteTrustedOAuth2JwtGrantIssuer',
    'patchOAuth2Client',
    'revokeOAuth2ConsentSessions',
    'revokeOAuth2LoginSessions',
    'rotateOAuth2ClientSecret',
    'setOAuth2Client',
    'setOAuth2ClientLifespans',
    'trustOAuth2JwtGrantIssuer',
  ],
  'admin-medium': [
    'getTrustedOAuth2JwtGrantIssuer',
    'listOAuth2Clients',
    'listTrustedOAuth2JwtGrantIssuers',
  ],
  'admin-high': [
    'acceptOAuth2ConsentRequest',
    'acceptOAuth2LoginRequest',
    'acceptOAuth2LogoutRequest',
    'acceptUserCodeRequest',
    'getOAuth2Client',
    'getOAuth2ConsentRequest',
    'getOAuth2LoginRequest',
    'getOAuth2LogoutRequest',
    'getOidcDynamicClient',
    'introspectOAuth2Token',
    'listOAuth2ConsentSessions',
    'performOAuth2DeviceVerificationFlow',
    'rejectOAuth2ConsentRequest',
    'rejectOAuth2LoginRequest',
    'rejectOAuth2LogoutRequest',
  ],
  'public-low': ['createOidcDynamicClient', 'deleteOidcDynamicClient', 'setOidcDynamicClient'],
  'public-medium': [
    'getOidcUserInfo',
    'oAuth2Authorize',
    'oauth2TokenExchange',
    'revokeOAuth2Token',
    'revokeOidcSession',
  ],
  'public-high': ['discoverJsonWebKeys', 'discoverOidcConfiguration', 'oAuth2DeviceFlow'],
}
