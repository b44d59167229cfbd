import { afterEach, expect, test } from 'vitest'
import type { Ory } from './index.ts'
import { mockedOry } from './mocked-ory.ts'

type Received = {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

interface Reply {
  readonly side: 'admin' | 'public'
  readonly method: string
  readonly status: number
  readonly text?: string
  readonly headers?: Record<string, string>
}

const page: Reply = { side: 'admin', method: 'GET', status: 200, text: '[]' }
const made: Reply = { side: 'admin', method: 'POST', status: 201, text: '{"client_id":"ü"}' }
const asked: Reply = { side: 'admin', method: 'POST', status: 200, text: '{}' }
const rotated: Reply = { ...asked, text: '{"client_id":"c1"}' }
const put: Reply = { side: 'admin', method: 'PUT', status: 200, text: '{}' }
const dropped: Reply = { side: 'admin', method: 'PUT', status: 204 }
const gone: Reply = { side: 'admin', method: 'DELETE', status: 204 }
const posted: Reply = { side: 'public', method: 'POST', status: 200, text: '{}' }
const sent: Reply = { side: 'public', method: 'GET', status: 302, headers: { location: '/next' } }

/** A client is read, or put. */
const clientBy = (method: 'GET' | 'PUT', client_id: string): Reply => ({
  ...put,
  method,
  text: JSON.stringify({ client_id }),
})

/** Answers one call, and gives back what was received. */
const receive = async (
  mocked: ReturnType<typeof mockedOry>,
  { side, method, status, text = '', headers: replyHeaders = {} }: Reply,
  call: (ory: Ory) => PromiseLike<unknown>,
): Promise<Received> => {
  let received: Received | undefined
  mocked[side].intercept({ method, path: () => true }).reply(
    status,
    ({ path, headers, body }) => {
      const entries = new Headers(headers as Record<string, string>)
      received = { path, headers: Object.fromEntries(entries), body: String(body ?? '') }
      return text
    },
    { headers: replyHeaders },
  )
  await call(mocked.ory)
  mocked.agent.assertNoPendingInterceptors()

  return received as unknown as Received
}

let mocked = mockedOry()
afterEach(() => {
  mocked = mockedOry()
})

test.each<[string, Reply, (ory: Ory) => PromiseLike<unknown>]>([
  ['/admin/clients', page, (ory) => ory.listOAuth2Clients()],
  [
    '/admin/clients?owner=a%26b&client_name=c%20d&page_size=5&page_token=t%3D',
    page,
    (ory) =>
      ory.listOAuth2Clients({ owner: 'a&b', client_name: 'c d', page_size: 5, page_token: 't=' }),
  ],
  [
    '/admin/clients/a%2Fb%20%C3%BC%3F%23%25',
    clientBy('GET', 'a/b ü?#%'),
    (ory) => ory.getOAuth2Client({ id: 'a/b ü?#%' }),
  ],
  ['/admin/clients/...', gone, (ory) => ory.deleteOAuth2Client({ id: '...' })],
  ['/admin/clients/.well', gone, (ory) => ory.deleteOAuth2Client({ id: '.well' })],
  [
    '/admin/clients/c1/lifespans',
    clientBy('PUT', 'c1'),
    (ory) => ory.setOAuth2ClientLifespans({ id: 'c1', body: {} }),
  ],
  [
    '/admin/clients/c1/secrets/rotate',
    rotated,
    (ory) => ory.rotateOAuth2ClientSecret({ id: 'c1' }),
  ],
  [
    '/admin/oauth2/auth/sessions/consent?subject=alice&all=true',
    gone,
    (ory) => ory.revokeOAuth2ConsentSessions({ subject: 'alice', all: true }),
  ],
  [
    '/admin/oauth2/auth/sessions/consent?consent_request_id=g1',
    gone,
    (ory) => ory.revokeOAuth2ConsentSessions({ consent_request_id: 'g1' }),
  ],
  [
    '/admin/oauth2/auth/sessions/login?sid=s1',
    gone,
    (ory) => ory.revokeOAuth2LoginSessions({ sid: 's1' }),
  ],
  [
    '/admin/oauth2/auth/requests/logout/reject?logout_challenge=ch',
    dropped,
    (ory) => ory.rejectOAuth2LogoutRequest({ logout_challenge: 'ch' }),
  ],
  [
    '/oauth2/auth?client_id=c1&scope=openid%20offline&login_verifier=v',
    sent,
    (ory) => ory.oAuth2Authorize({ client_id: 'c1', scope: 'openid offline', login_verifier: 'v' }),
  ],
  [
    '/oauth2/device/verify?user_code=ABCD',
    sent,
    (ory) => ory.performOAuth2DeviceVerificationFlow({ user_code: 'ABCD' }),
  ],
])('writes %s', async (path, answer, call) => {
  expect((await receive(mocked, answer, call)).path).toBe(path)
})

test('writes a JSON body, and the empty object where a rejection has none', async () => {
  const created = await receive(mocked, made, (ory) =>
    ory.createOAuth2Client({ body: { client_id: 'ü', redirect_uris: null } }),
  )
  expect(created.body).toBe('{"client_id":"ü","redirect_uris":null}')
  expect(created.headers['content-type']).toBe('application/json')

  const rejected = await receive(mocked, put, (ory) =>
    ory.rejectOAuth2ConsentRequest({ consent_challenge: 'ch' }),
  )
  expect(rejected.body).toBe('{}')
})

test('writes no body and no content type where the operation has none', async () => {
  const { body, headers } = await receive(mocked, rotated, (ory) =>
    ory.rotateOAuth2ClientSecret({ id: 'c1' }),
  )

  expect(body).toBe('')
  expect(headers).toEqual({ accept: 'application/json' })
})

test('writes the secret that a rotation is to make the current one', async () => {
  const { body, headers } = await receive(mocked, rotated, (ory) =>
    ory.rotateOAuth2ClientSecret({ id: 'c1', body: { client_secret: 'chosen' } }),
  )

  expect(body).toBe('{"client_secret":"chosen"}')
  expect(headers['content-type']).toBe('application/json')
})

test('writes a form', async () => {
  const { body, headers, path } = await receive(mocked, asked, (ory) =>
    ory.introspectOAuth2Token({ token: 'a+b/c=&d', scope: 'read write' }),
  )

  expect(path).toBe('/admin/oauth2/introspect')
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    token: 'a+b/c=&d',
    scope: 'read write',
  })
  expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
})

test('authenticates by header, both parts encoded as a form first', async () => {
  const basic = { client_id: 'cl:ient', client_secret: 'p%ss+w:rd ü' }
  const { body, headers } = await receive(mocked, posted, (ory) =>
    ory.revokeOAuth2Token({ token: 't', basic }),
  )

  const [id = '', secret = ''] = Buffer.from(headers['authorization']?.slice(6) ?? '', 'base64')
    .toString()
    .split(':')
  expect(headers['authorization']).toMatch(/^Basic /)
  expect([id, secret]).toEqual(['cl%3Aient', 'p%25ss%2Bw%3Ard+%C3%BC'])
  expect(body).toBe('token=t')
})

test('authenticates in the form, by secret or by assertion, or names a public client', async () => {
  const revoke = async (authentication: { client_id: string } | { client_assertion: string }) => {
    const { body, headers } = await receive(mocked, posted, (ory) =>
      ory.revokeOAuth2Token({ token: 't', ...authentication }),
    )
    expect(headers['authorization']).toBeUndefined()
    return Object.fromEntries(new URLSearchParams(body))
  }

  expect(await revoke({ client_id: 'c', client_secret: 's' } as never)).toEqual({
    token: 't',
    client_id: 'c',
    client_secret: 's',
  })
  expect(await revoke({ client_id: 'c' })).toEqual({ token: 't', client_id: 'c' })
  expect(await revoke({ client_assertion: 'e.y.J' })).toEqual({
    token: 't',
    client_assertion: 'e.y.J',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
})

test('names the client of a device in the form however it authenticates', async () => {
  const basic = { client_id: 'c', client_secret: 's' }
  const { body, headers } = await receive(mocked, posted, (ory) =>
    ory.oAuth2DeviceFlow({ basic, scope: 'openid' }),
  )

  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ client_id: 'c', scope: 'openid' })
  expect(headers['authorization']).toBe('Basic Yzpz')
})

test('sends the key to the admin side and never to the public one', async () => {
  mocked = mockedOry({ apiKey: 'ory_pat_key' })
  const toAdmin = await receive(mocked, gone, (ory) => ory.deleteOAuth2Client({ id: 'c' }))
  expect(toAdmin.headers['authorization']).toBe('Bearer ory_pat_key')

  const calls: ((ory: Ory) => Promise<unknown>)[] = [
    (ory) => ory.oauth2TokenExchange({ grant_type: 'client_credentials', client_id: 'c' }),
    (ory) => ory.revokeOAuth2Token({ token: 't', client_id: 'c' }),
    (ory) => ory.oAuth2DeviceFlow({ client_id: 'c' }),
  ]
  for (const call of calls) {
    const { headers } = await receive(mocked, posted, call)
    expect(headers['authorization']).toBeUndefined()
  }
  const { headers } = await receive(mocked, sent, (ory) => ory.oAuth2Authorize({ client_id: 'c' }))
  expect(headers['authorization']).toBeUndefined()
})

test('asks for the key to begin with at every call', async () => {
  const keys = ['first', 'second']
  const current = async () => keys.shift() ?? ''
  mocked = mockedOry({ apiKey: { current, another: async () => undefined, worked: () => {} } })
  const call = () => receive(mocked, gone, (ory) => ory.deleteOAuth2Client({ id: 'c' }))

  expect((await call()).headers['authorization']).toBe('Bearer first')
  expect((await call()).headers['authorization']).toBe('Bearer second')
})

test('sends the cookies of a browser along', async () => {
  const { headers } = await receive(mocked, sent, (ory) =>
    ory.oAuth2Authorize({ client_id: 'c', cookie: 'a=1; b=2' }),
  )

  expect(headers['cookie']).toBe('a=1; b=2')
})

test('keeps the base path of either side', async () => {
  mocked = mockedOry({ adminUrl: 'http://admin.test/ory/', publicUrl: 'http://public.test/auth' })
  const toAdmin = await receive(mocked, clientBy('GET', 'c'), (ory) =>
    ory.getOAuth2Client({ id: 'c' }),
  )
  expect(toAdmin.path).toBe('/ory/admin/clients/c')

  const toPublic = await receive(mocked, posted, (ory) => ory.oAuth2DeviceFlow({ client_id: 'c' }))
  expect(toPublic.path).toBe('/auth/oauth2/device/auth')
})

test('does not send what is undefined', async () => {
  const { path } = await receive(mocked, page, (ory) =>
    ory.listOAuth2Clients({ owner: undefined, page_size: 3 } as never),
  )

  expect(path).toBe('/admin/clients?page_size=3')
})
