import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ory } from './index.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

/** Every way in which an error gets into a log. */
const tellings = (error: unknown): string => {
  const seen: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) {
    seen.push(
      String(at),
      at.stack ?? '',
      JSON.stringify(at),
      inspect(at, { depth: 20, showHidden: true }),
    )
    seen.push(JSON.stringify(Object.getOwnPropertyDescriptors(at)))
  }

  return seen.join('\n')
}

interface Secrets {
  readonly subject: string
  readonly token: string
  readonly secret: string
  readonly key: string
}

const credentials = ({ secret }: Secrets) => ({ client_id: 'app', client_secret: secret })

interface Call {
  /** The secrets that go out with it, and so must not come back. */
  readonly sends: readonly (keyof Secrets)[]
  readonly make: (ory: Ory, secrets: Secrets) => PromiseLike<unknown>
}

const login_challenge = 'challenge'

const calls: readonly Call[] = [
  {
    sends: ['key', 'subject'],
    make: (ory, { subject }) => ory.revokeOAuth2ConsentSessions({ subject, all: true }),
  },
  {
    sends: ['key', 'subject'],
    make: (ory, { subject }) => ory.revokeOAuth2LoginSessions({ subject }),
  },
  {
    sends: ['key', 'subject'],
    make: (ory, { subject }) => ory.listOAuth2ConsentSessions({ subject }),
  },
  { sends: ['key', 'token'], make: (ory, { token }) => ory.introspectOAuth2Token({ token }) },
  {
    sends: ['token', 'secret'],
    make: (ory, secrets) =>
      ory.revokeOAuth2Token({ token: secrets.token, basic: credentials(secrets) }),
  },
  {
    sends: ['token', 'secret'],
    make: (ory, secrets) =>
      ory.revokeOAuth2Token({ token: secrets.token, ...credentials(secrets) }),
  },
  {
    sends: ['token'],
    make: (ory, { token }) => ory.revokeOAuth2Token({ token, client_assertion: token }),
  },
  {
    sends: ['token', 'secret'],
    make: (ory, secrets) =>
      ory.oauth2TokenExchange({
        grant_type: 'refresh_token',
        refresh_token: secrets.token,
        basic: credentials(secrets),
      }),
  },
  {
    sends: ['key', 'secret'],
    make: (ory, secrets) => ory.createOAuth2Client({ body: credentials(secrets) }),
  },
  {
    sends: ['key', 'secret'],
    make: (ory, { secret }) =>
      ory.patchOAuth2Client({
        id: 'app',
        body: [{ op: 'replace', path: '/client_secret', value: secret }],
      }),
  },
  {
    sends: ['key', 'subject'],
    make: (ory, { subject }) =>
      ory.acceptOAuth2LoginRequest({ login_challenge, body: { subject, context: { subject } } }),
  },
  {
    sends: ['token'],
    make: (ory, { token }) =>
      ory.oAuth2Authorize({ client_id: 'app', id_token_hint: token, cookie: `session=${token}` }),
  },
]

interface Received {
  readonly path: string
  readonly headers?: unknown
  readonly body?: unknown
}

/** What a server, or the network, may do with what it was sent. */
type Echo = (
  mocked: ReturnType<typeof mockedOry>,
  said: (received: Received) => string,
  secrets: Secrets,
) => void

const any = { path: () => true, method: () => true } as const
const statuses = fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 409, 410, 429, 500, 503)

const reply =
  (status: number): Echo =>
  (mocked, said) => {
    for (const side of [mocked.admin, mocked.public]) side.intercept(any).reply(status, said)
  }

const fail =
  (code: string): Echo =>
  (mocked, _said, secrets) => {
    const text = Object.values(secrets).join(' ')
    const low = new Error(text, { cause: new Error(text) })
    const error = Object.assign(low, { code, data: text, socket: { text } })
    for (const side of [mocked.admin, mocked.public]) side.intercept(any).replyWithError(error)
  }

const failures = fc.constantFrom(
  'ECONNRESET',
  'HPE_INVALID_TOKEN',
  'ENOTFOUND',
  'CERT_HAS_EXPIRED',
  '',
)

const bodies = fc.constantFrom<(said: string) => string>(
  (said) => JSON.stringify({ error: 'invalid_request', error_description: `it said ${said}.` }),
  (said) => JSON.stringify({ error: said, error_description: said }),
  (said) => JSON.stringify({ error: { message: `no ${said}`, reason: said, request: said } }),
  (said) =>
    JSON.stringify({ error: 'error', error_description: `it said ${said.replaceAll('"', "'")}` }),
  (said) => `<html>${said}</html>`,
  (said) => `{"error": ${said}`,
  (said) => said,
)

const printable = (minLength: number) =>
  fc
    .string({ unit: 'grapheme-ascii', minLength, maxLength: 60 })
    .filter((text) => /\S{6}/.test(text))
    // A word of ours, such as one of a stack, would be found without having been told.
    .filter((text) => !/^[\w.-]*$/.test(text))

const secretsOf = fc.record<Secrets>({
  subject: fc.oneof(printable(8), fc.emailAddress(), fc.uuid()),
  token: fc.stringMatching(/^ory_(at|rt)_[\w-]{20,40}\.[\w-]{20,40}$/),
  secret: printable(8),
  key: fc.stringMatching(/^[!-~]{8,30}$/),
})

test('tells nobody the subject, a token, a secret or the key, whatever comes back', () =>
  fc.assert(
    fc.asyncProperty(
      secretsOf,
      fc.constantFrom(...calls),
      fc.oneof(statuses.map(reply), failures.map(fail)),
      bodies,
      async (secrets, { sends, make }, echo, body) => {
        const mocked = mockedOry({ apiKey: secrets.key, retry: { maxAttempts: 1 } })
        const said = ({ path, headers, body: sent }: Received) =>
          body([...Object.values(secrets), path, JSON.stringify(headers), String(sent)].join(' '))
        echo(mocked, said, secrets)

        const told = await Promise.resolve(make(mocked.ory, secrets)).then(() => '', tellings)
        for (const name of sends) {
          expect(told.toLowerCase()).not.toContain(secrets[name].toLowerCase())
        }
      },
    ),
    { numRuns: 400 },
  ))

test('keeps the answer of a success out of an error about it', async () => {
  const mocked = mockedOry()
  mocked.admin.intercept(any).reply(200, 'ory_at_leaked {"client_secret":"leaked-secret"')

  const error = await rejectionOf(mocked.ory.getOAuth2Client({ id: 'c' }))
  expect(tellings(error)).not.toContain('leaked')
})

test('keeps the reason of an abort out of the error', async () => {
  const { ory } = mockedOry()
  const signal = AbortSignal.abort(new Error('because of alice@example.org'))

  const error = await rejectionOf(
    ory.revokeOAuth2LoginSessions({ subject: 'alice@example.org' }, { signal }),
  )
  expect(tellings(error)).not.toContain('alice')
})
