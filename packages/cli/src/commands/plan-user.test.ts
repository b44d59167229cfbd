import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authorizeInBrowser, startOryEmulator } from '@lapse/ory-emulator'
import { expect, test, vi } from 'vitest'
import { runLapse } from '../testing/lapse-process.ts'

// Each of these starts processes, on a machine that may have others to run.
vi.setConfig({ testTimeout: 60_000 })

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
