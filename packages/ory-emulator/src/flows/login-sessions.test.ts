import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { authorizeInBrowser, createBrowser, startAuthorization } from '../browser/index.ts'
import { type OryEmulator, startOryEmulator } from '../start.ts'
import { ask } from '../testing/ask.ts'
import { isActive, type Registered, registered } from '../testing/registered.ts'

interface Posted {
  readonly path: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

const posted: Posted[] = []
const relyingParty = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  posted.push({
    path: request.url,
    contentType: request.headers['content-type'],
    body: Buffer.concat(chunks).toString(),
  })
  response.end()
})

let ory: OryEmulator
let mail: Registered
let quiet: Registered

beforeAll(async () => {
  await new Promise<void>((resolve) => relyingParty.listen(0, '127.0.0.1', resolve))
  const { port } = relyingParty.address() as AddressInfo
  ory = await startOryEmulator()
  mail = await registered(ory, {
    client_id: 'mail',
    backchannel_logout_uri: `http://127.0.0.1:${port}/logout`,
  })
  quiet = await registered(ory, { client_id: 'quiet' })
})

afterEach(() => {
  posted.length = 0
})

afterAll(async () => {
  await ory.stop()
  relyingParty.close()
})

const revoke = async (query: Record<string, string>) => {
  const parameters = new URLSearchParams(query)
  const path = `/admin/oauth2/auth/sessions/login?${parameters}`
  const answer = await ask('DELETE', ory.adminUrl, path)
  await ory.idle()
  return answer
}

const loggedIn = (subject: string, options: object = {}) => {
  const browser = createBrowser()
  const remembered = { ...ory, browser, client: mail, subject, rememberLogin: true }
  return authorizeInBrowser({ ...remembered, ...options })
}

test('wants a subject or a sid', async () => {
  const { status, json } = await revoke({})

  expect(status).toBe(400)
  expect(json).toMatchObject({
    error_description: expect.stringMatching(
      /Either 'subject' or 'sid' query parameters need to be defined\.$/,
    ),
  })
})

test('answers 204 where there is nothing to revoke', async () => {
  expect((await revoke({ subject: 'nobody' })).status).toBe(204)
  expect((await revoke({ sid: 'nothing' })).status).toBe(204)
})

test('posts a signed logout token where a remembered session ends by its sid', async () => {
  const { sid } = await loggedIn('anna')

  await revoke({ sid })

  expect(posted).toMatchObject([
    { path: '/logout', contentType: 'application/x-www-form-urlencoded' },
  ])
  const token = new URLSearchParams(posted[0]?.body).get('logout_token') ?? ''
  const keys = createRemoteJWKSet(new URL(`${ory.publicUrl}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(token, keys, { issuer: ory.publicUrl, audience: 'mail' })
  expect(payload).toEqual({
    iss: ory.publicUrl,
    aud: ['mail'],
    iat: expect.any(Number),
    jti: expect.any(String),
    sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
})

test('tells each client once, and only those that listen', async () => {
  const first = await loggedIn('bea')
  const { browser } = first
  await loggedIn('bea', { browser })
  await loggedIn('bea', { browser, client: quiet })

  await revoke({ sid: first.sid })
  await revoke({ sid: first.sid })

  expect(posted).toHaveLength(1)
})

test('tells nobody where sessions end by their subject', async () => {
  const { browser } = await loggedIn('cara')

  await revoke({ subject: 'cara' })

  expect(posted).toEqual([])
  const again = await startAuthorization({ ...ory, browser, client: mail, subject: 'cara' })
  expect(again.request).toMatchObject({ skip: false })
})

test('reads the sid alone where both are given', async () => {
  const { browser, sid } = await loggedIn('dana')

  await revoke({ subject: 'dana', sid: 'nothing' })

  const again = await startAuthorization({ ...ory, browser, client: mail, subject: 'dana' })
  expect(again.request).toMatchObject({ skip: true, session_id: sid })
})

test('leaves a session that is not remembered, and tells nobody', async () => {
  const { sid } = await loggedIn('edda', { rememberLogin: false })

  await revoke({ sid })

  expect(posted).toEqual([])
  const path = '/admin/oauth2/auth/sessions/consent?subject=edda'
  const { json } = await ask('GET', ory.adminUrl, path)
  expect(json).toMatchObject([{ consent_request: { login_session_id: sid } }])
})

test.each(['sid', 'subject'] as const)(
  'a session revoked by its %s ends no token and no consent, but these forget it',
  async (by) => {
    const { sid, tokens } = await loggedIn(`fritz-${by}`)

    await revoke(by === 'sid' ? { sid } : { subject: `fritz-${by}` })

    expect(await isActive(ory, tokens.access_token)).toBe(true)
    expect(await isActive(ory, tokens.refresh_token)).toBe(true)
    const path = `/admin/oauth2/auth/sessions/consent?subject=fritz-${by}`
    const { json } = await ask('GET', ory.adminUrl, path)
    expect(json).toMatchObject([{ consent_request: { login_session_id: '' } }])
  },
)

test('tells nobody of consents that were revoked before', async () => {
  const { sid } = await loggedIn('gerd')
  await ask('DELETE', ory.adminUrl, '/admin/oauth2/auth/sessions/consent?subject=gerd&all=true')

  await revoke({ sid })

  expect(posted).toEqual([])
})

test('does not mind a client that cannot be reached', async () => {
  const deaf = await registered(ory, { backchannel_logout_uri: 'http://127.0.0.1:1/logout' })
  const { sid } = await loggedIn('hans', { client: deaf })

  const { status } = await revoke({ sid })

  expect(status).toBe(204)
})

test('fails the next login that is not to be remembered, in a browser with the stale cookie', async () => {
  const { browser } = await loggedIn('ines')
  await revoke({ subject: 'ines' })

  const failed = loggedIn('ines', { browser, rememberLogin: false })

  await expect(failed).rejects.toMatchObject({
    error: 'error',
    description: 'The error is unrecognizable',
  })
  // The failure took the cookie away.
  await expect(loggedIn('ines', { browser, rememberLogin: false })).resolves.toBeDefined()
})
