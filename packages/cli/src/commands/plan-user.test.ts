import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authorizeInBrowser, startOryEmulator } from '@lapse/ory-emulator'
import { expect, test } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

const oneLine = /^lapse: [^\n]+\n$/

const plan = (env: Readonly<Record<string, string>>, ...more: readonly string[]) =>
  runLapse(['plan', 'user-deleted', '--subject', 'alice', ...more], { env })

const client = {
  client_id: 'mail',
  client_secret: 'mail-secret',
  redirect_uri: 'http://127.0.0.1/callback',
}

async function oryWithAlice(options = {}) {
  const ory = await startOryEmulator(options)
  const adminKey = 'network' in options ? { authorization: 'Bearer ory_pat_right' } : {}
  await fetch(`${ory.adminUrl}/admin/clients`, {
    method: 'POST',
    headers: adminKey,
    body: JSON.stringify({
      ...client,
      redirect_uris: [client.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline',
    }),
  })
  return ory
}

test.concurrent('prints the steps in order, as data and as text, and changes nothing', async () => {
  const ory = await oryWithAlice()
  const { sid } = await authorizeInBrowser({ ...ory, client, subject: 'alice' })
  const asked = ory.requests.length
  const env = { ORY_ADMIN_URL: ory.adminUrl }

  const [json, text] = await Promise.all([plan(env, '--json'), plan(env)])
  await ory.stop()

  expect(json).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(json.stdout)).toMatchObject({
    workflow: 'user-deleted',
    verdict: { result: 'to-do' },
    ledger: 'not-asked',
    before: { consent_sessions: 1, login_sessions: 1 },
    steps: [
      { op: 'revokeOAuth2LoginSessions', params: { sid } },
      { op: 'revokeOAuth2LoginSessions', params: { subject: 'alice' } },
      { op: 'revokeOAuth2ConsentSessions', params: { subject: 'alice', all: true } },
    ],
  })
  expect(text.stdout).toContain(`1  revokeOAuth2LoginSessions  sid=${sid}`)
  expect(text.stdout).toContain('1 consent session, 1 login session, 1 client\n')
  expect(text.stdout).not.toContain('\u001b')
  expect(ory.requests.slice(asked).map(({ method }) => method)).toEqual(['GET', 'GET'])
})

/** An Ory with identities and API keys, and where a plan is told that these are. */
async function oryWithAccount(user: object) {
  const ory = await startOryEmulator({ accounts: true })
  await ory.seed(user)
  const env = {
    ORY_ADMIN_URL: ory.adminUrl,
    ORY_IDENTITIES_URL: ory.adminUrl,
    ORY_API_KEYS_URL: ory.adminUrl,
  }
  return { ory, env }
}

test.concurrent('asks the identity provider and the API keys as well, and changes nothing', async () => {
  const { ory, env } = await oryWithAccount({
    identities: [{ id: 'alice', sessions: 2 }],
    api_keys: [
      { actor_id: 'alice', key_id: 'k1' },
      { actor_id: 'alice', imported: true },
    ],
  })
  const asked = ory.requests.length

  const { code, stdout } = await plan(env, '--json')
  const text = await plan(env)
  const requests = ory.requests.slice(asked)
  await ory.stop()

  expect(code).toBe(0)
  const dry = JSON.parse(stdout)
  expect(dry).toMatchObject({
    verdict: { result: 'to-do' },
    before: { identities: 1, identity_sessions: 2, issued_api_keys: 1, imported_api_keys: 1 },
    not_looked_at: [],
  })
  expect(dry.steps.map(({ op }: { op: string }) => op)).toEqual([
    'deleteIdentitySessions',
    'revokeOAuth2LoginSessions',
    'revokeOAuth2ConsentSessions',
    'adminRevokeIssuedApiKey',
    'adminRevokeImportedApiKey',
  ])
  expect(text.stdout).toContain('2 identity sessions, 1 issued API key, 1 imported API key')
  expect(text.stdout).not.toContain('Not looked at')
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']))
})

test.concurrent('says to do where sessions at the identity provider are all that is left', async () => {
  const { ory, env } = await oryWithAccount({ identities: [{ id: 'alice', sessions: 1 }] })
  const { stdout } = await plan(env, '--json')
  await ory.stop()

  expect(JSON.parse(stdout)).toMatchObject({ verdict: { result: 'to-do' } })
})

test.concurrent('says what it did not look at, whether nobody said where or nobody answered', async () => {
  const { ory, env } = await oryWithAccount({})
  const { ORY_ADMIN_URL } = env
  const [unsaid, unanswered] = await Promise.all([
    plan({ ORY_ADMIN_URL }),
    plan({ ...env, ORY_API_KEYS_URL: 'http://127.0.0.1:1' }),
  ])
  await ory.stop()

  expect(unsaid.stdout).toContain('Not looked at: sessions at the identity provider; API keys.')
  expect(unanswered).toMatchObject({ code: 0, stderr: '' })
  expect(unanswered.stdout).toContain(
    'Not looked at: API keys, which could not be read (ERR_ORY_TRANSPORT).',
  )
})

test.concurrent('sends the key to nobody but the Ory that gave it out', async () => {
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  await using ory = await startOryEmulator()
  const { port } = other.address() as AddressInfo
  await plan({
    ORY_ADMIN_URL: ory.adminUrl,
    ORY_API_KEY: 'ory_pat_own',
    ORY_API_KEYS_URL: `http://127.0.0.1:${port}`,
  })
  other.close()

  expect(seen.length).toBeGreaterThan(0)
  expect(seen.every((header) => header === undefined)).toBe(true)
})

test.concurrent('refuses a place for API keys that is no URL', async () => {
  const { code, stderr } = await plan({
    ORY_ADMIN_URL: 'http://127.0.0.1:1',
    ORY_API_KEYS_URL: 'talos',
  })

  expect(code).toBe(2)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('ORY_API_KEYS_URL is not a URL')
})

test.concurrent('says where nothing is listed that the worker revokes all the same', async () => {
  await using ory = await startOryEmulator()

  const { stdout } = await plan({ ORY_ADMIN_URL: ory.adminUrl })

  expect(stdout).toContain(
    'Ory lists nothing of this user any more: lapse would make the calls below all the same, and write a receipt "done".',
  )
  expect(stdout).toContain('1  revokeOAuth2LoginSessions  subject=alice')
})

test.concurrent('sends ORY_API_KEY, and says what to do where it is refused', async () => {
  const ory = await startOryEmulator({ network: { apiKey: 'ory_pat_right', limits: {} } })
  const at = { ORY_ADMIN_URL: ory.adminUrl }

  const right = await plan({ ...at, ORY_API_KEY: 'ory_pat_right' })
  const wrong = await plan({ ...at, ORY_API_KEY: 'ory_pat_wrong' })
  const none = await plan(at)
  await ory.stop()

  expect(right).toMatchObject({ code: 0, stderr: '' })
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(oneLine) })
  expect(wrong.stderr).toContain('does not accept the key in ORY_API_KEY')
  expect(wrong.stderr).not.toContain('ory_pat')
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('set ORY_API_KEY') })
})

test.concurrent.each([
  ['', /--subject is empty/],
  [' ', /malformed-event: --subject is blank/],
  ['*', /malformed-event: --subject is \*, which is not a user/],
  ['secret-7f3a\u007f', /malformed-event: --subject holds a control character/],
  [
    'secret-7f3a'.repeat(30),
    /malformed-event: --subject has to be the OAuth2 subject, a text of 1 to 255 characters$/m,
  ],
])('refuses the subject %j', async (subject, problem) => {
  const { code, stdout, stderr } = await runLapse(['plan', 'user-deleted', '--subject', subject])

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toContain('secret-7f3a')
})

test.concurrent.each([
  ['no URL', {}, /ORY_ADMIN_URL is missing/],
  ['an empty URL', { ORY_ADMIN_URL: '' }, /ORY_ADMIN_URL is missing/],
  ['no scheme', { ORY_ADMIN_URL: 'localhost:4445' }, /must begin with https:\/\/ or http:\/\//],
  ['no URL at all', { ORY_ADMIN_URL: 'ory' }, /ORY_ADMIN_URL is not a URL/],
  ['credentials', { ORY_ADMIN_URL: 'http://me:s3cret@127.0.0.1' }, /must not hold credentials/],
  [
    'a broken key',
    { ORY_ADMIN_URL: 'http://127.0.0.1:1', ORY_API_KEY: 's3cret s3cret' },
    /ORY_API_KEY/,
  ],
])('refuses a setting that cannot be right: %s', async (_name, env, problem) => {
  const { code, stdout, stderr } = await plan(env)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toContain('s3cret')
})

test.concurrent.each([
  ['http://127.0.0.1:1', /nothing answers at http:\/\/127\.0\.0\.1:1/],
  ['http://ory.invalid', /ory\.invalid cannot be looked up/],
])('says that %s is out of reach', async (url, problem) => {
  const { code, stderr } = await plan({ ORY_ADMIN_URL: url })

  expect(code).toBe(1)
  expect(stderr).toMatch(oneLine)
  expect(stderr).toMatch(problem)
})

const html = '<!doctype html><h1>It works!</h1>\n<p>s3cret</p>'

const strangers: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['a page', (_asked, answer) => answer.end(html), /does not answer as Ory does/],
  ['404', (_asked, answer) => answer.writeHead(404).end(html), /does not know Ory's routes/],
  [
    'a redirect',
    (_asked, answer) => answer.writeHead(302, { location: '/login' }).end(),
    /redirects/,
  ],
  ['403', (_asked, answer) => answer.writeHead(403).end(html), /does not let us in/],
  ['500', (_asked, answer) => answer.writeHead(500).end(html), /was answered 500/],
  [
    'an error over two lines',
    (_asked, answer) =>
      answer.writeHead(400).end('{"error":"bad\\n\\u001b[31m","error_description":"x"}'),
    /was answered 400: bad \[31m;/,
  ],
  ['nothing', (asked) => asked.socket.destroy(), /the connection was cut/],
]

test.concurrent.each(strangers)(
  'is not confused by a server that answers with %s',
  async (_name, listener, problem) => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo

    const { code, stderr } = await plan({ ORY_ADMIN_URL: `http://127.0.0.1:${port}` })
    server.close()

    expect(code).toBe(1)
    expect(stderr).toMatch(oneLine)
    expect(stderr).toMatch(problem)
    expect(stderr).not.toContain('s3cret')
  },
)

test.concurrent('tries a server that fails once more, and then lets nobody wait', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, answer) => {
    asked.push(request.url)
    answer.writeHead(503).end()
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo

  const { code } = await plan({ ORY_ADMIN_URL: `http://127.0.0.1:${port}` })
  server.close()

  expect(code).toBe(1)
  expect(asked).toHaveLength(2)
})
