import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, requestTokens } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { type Registered, registered } from '../testing/registered.ts'

let ory: OryEmulator
let client: Registered

beforeAll(async () => {
  ory = await startOryEmulator()
  client = await registered(ory, { client_id: 'app' })
})

afterAll(() => ory.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  ask('GET', ory.publicUrl, path, { headers })

const userinfo = (token: string) => get('/userinfo', { Authorization: `Bearer ${token}` })

const keys = () => createRemoteJWKSet(new URL(`${ory.publicUrl}/.well-known/jwks.json`))

test.each(['openid-configuration', 'oauth-authorization-server'])(
  'tells by /.well-known/%s where everything is',
  async (document) => {
    const { status, json } = await get(`/.well-known/${document}`)

    expect(status).toBe(200)
    expect(json).toMatchObject({
      issuer: ory.publicUrl,
      token_endpoint: `${ory.publicUrl}/oauth2/token`,
      jwks_uri: `${ory.publicUrl}/.well-known/jwks.json`,
      backchannel_logout_session_supported: true,
    })
    const no = Object.entries(json as object).filter(([, value]) => value === false)
    expect(no).toEqual([['claims_parameter_supported', false]])
    const urls = Object.values(json as object).filter((value) =>
      String(value).startsWith(`${ory.publicUrl}/`),
    )
    for (const url of urls) {
      const path = String(url).slice(ory.publicUrl.length)
      const answers = [await get(path), await ask('POST', ory.publicUrl, path)]
      expect([url, answers.some(({ status }) => status !== 404)]).toEqual([url, true])
    }
  },
)

test('publishes the keys its tokens are signed with', async () => {
  const jwtClient = await registered(ory, { access_token_strategy: 'jwt' })

  const { tokens } = await authorizeInBrowser({ ...ory, client: jwtClient, subject: 'alice' })

  await expect(jwtVerify(tokens.id_token ?? '', keys())).resolves.toBeDefined()
  await expect(jwtVerify(tokens.access_token, keys())).resolves.toBeDefined()
})

test('tells who the user is, and nothing that is the token’s own', async () => {
  const { tokens } = await authorizeInBrowser({
    ...ory,
    client,
    subject: 'alice',
    session: { id_token: { email: 'alice@app.example' } },
    parameters: { nonce: 'a nonce of the client' },
  })

  const { status, json } = await userinfo(tokens.access_token)

  expect(status).toBe(200)
  expect(json).toEqual({
    aud: ['app'],
    auth_time: expect.any(Number),
    email: 'alice@app.example',
    iat: expect.any(Number),
    iss: ory.publicUrl,
    rat: expect.any(Number),
    sub: 'alice',
  })
})

test('takes the token as a parameter as well', async () => {
  const { tokens } = await authorizeInBrowser({ ...ory, client, subject: 'alice' })
  const { access_token } = tokens

  const byQuery = await get(`/userinfo?access_token=${access_token}`)
  const byBody = await ask('POST', ory.publicUrl, '/userinfo', { form: { access_token } })

  expect(byQuery.json).toMatchObject({ sub: 'alice' })
  expect(byBody.json).toMatchObject({ sub: 'alice' })
})

test('signs it for a client that wants it signed', async () => {
  const signing = await registered(ory, { userinfo_signed_response_alg: 'RS256' })
  const { tokens } = await authorizeInBrowser({ ...ory, client: signing, subject: 'alice' })

  const { headers, text } = await userinfo(tokens.access_token)

  expect(headers['content-type']).toBe('application/jwt')
  const { payload } = await jwtVerify(text, keys())
  expect(payload).toMatchObject({ sub: 'alice', jti: expect.any(String) })
})

test('knows of a client’s own token only who issued it', async () => {
  const tokens = await requestTokens(ory, client, { grant_type: 'client_credentials' })

  const { json } = await userinfo(tokens.access_token)

  expect(json).toEqual({ aud: ['app'], iat: expect.any(Number), iss: ory.publicUrl })
})

test('refuses without a live access token, and says how to ask', async () => {
  const { tokens } = await authorizeInBrowser({ ...ory, client, subject: 'alice' })

  const unknown = await userinfo('unknown')
  const refresh = await userinfo(tokens.refresh_token ?? '')

  expect(unknown.status).toBe(401)
  expect(unknown.headers['www-authenticate']).toBe(
    'Bearer error="request_unauthorized",error_description="The request could not be authorized. Check that you provided valid credentials in the right format."',
  )
  expect(unknown.json).toMatchObject({ error: 'request_unauthorized' })
  expect(refresh).toMatchObject({ status: 401, json: { error: 'error' } })
  expect(refresh.headers['www-authenticate']).toContain('Only access tokens are allowed')
})

test.each([
  ['opaque', /^Token expired\. Access token expired at '\d{4}-.*UTC'\.$/],
  ['jwt', /^Token expired\. The token expired\.$/],
] as const)('tells that an %s token has expired', async (strategy, description) => {
  await using aging = await startOryEmulator({
    accessTokenStrategy: strategy,
    ttl: { accessToken: '60s' },
  })
  const of = await registered(aging)
  const tokens = await requestTokens(aging, of, { grant_type: 'client_credentials' })
  aging.clock.advance(61_000)

  const { status, json } = await ask('GET', aging.publicUrl, '/userinfo', {
    headers: { Authorization: `Bearer ${tokens.access_token}` },
  })

  expect(status).toBe(401)
  expect(json).toEqual({
    error: 'invalid_token',
    error_description: expect.stringMatching(description),
  })
})

test.each([
  ['/oauth2/fallbacks/login', 200, 'urls.login'],
  ['/oauth2/fallbacks/consent', 200, 'urls.consent'],
  ['/oauth2/fallbacks/logout', 200, 'urls.logout'],
  ['/oauth2/fallbacks/logout/callback', 200, 'urls.post_logout_redirect'],
  ['/oauth2/fallbacks/device', 200, 'urls.device.verification'],
  ['/oauth2/fallbacks/device/done', 200, 'urls.device.success'],
  ['/oauth2/fallbacks/error?error=a&error_description=%3Cb%3E', 500, 'urls.error'],
])('names at %s what is not configured', async (path, status, key) => {
  const answer = await get(path)

  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer.text).toContain(`<code>${key}</code>`)
  expect(answer.text).not.toContain('<b>')
})
