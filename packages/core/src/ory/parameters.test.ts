import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OryArgumentError } from '../errors.ts'
import { type OperationId, type Ory, operations } from './index.ts'
import { mockedOry, rejectionOf } from './mocked-ory.ts'

// No interceptor is ever set: a request that got this far would fail otherwise.
const { ory, pending } = mockedOry()

const call = (op: OperationId, parameters: unknown): Promise<unknown> => {
  const method = (ory as unknown as Record<string, (given: unknown) => Promise<unknown>>)[op]
  return Promise.resolve(method?.(parameters))
}

const sharp = {
  issuer: 'https://i',
  subject: 's',
  jwk: { kty: 'EC', kid: 'k' },
  expires_at: '2030-01-01T00:00:00Z',
}
const { subject: _subject, ...unclear } = sharp

test.each<[OperationId, string, unknown]>([
  // Empty is not "no filter".
  ['listOAuth2Clients', 'owner', { owner: '' }],
  ['listOAuth2Clients', 'client_name', { client_name: '' }],
  ['listOAuth2ConsentSessions', 'login_session_id', { subject: 's', login_session_id: '' }],
  ['listTrustedOAuth2JwtGrantIssuers', 'issuer', { issuer: '' }],
  ['deleteOAuth2Token', 'client_id', { client_id: '' }],
  ['introspectOAuth2Token', 'token', { token: '' }],
  ['revokeOAuth2LoginSessions', 'sid', { sid: '' }],
  ['revokeOAuth2ConsentSessions', 'subject', { subject: '', all: true }],
  ['revokeOAuth2ConsentSessions', 'client', { subject: 's', client: '' }],
  ['getOAuth2LoginRequest', 'login_challenge', { login_challenge: '' }],
  // Nothing changes the path.
  ['getOAuth2Client', 'id', { id: '' }],
  ['getOAuth2Client', 'id', { id: '.' }],
  ['deleteOAuth2Client', 'id', { id: '..' }],
  ['deleteOAuth2Client', 'id', { id: 'a/../b' }],
  ['deleteOAuth2Client', 'id', { id: '..\\b' }],
  ['deleteOAuth2Client', 'id', { id: '%2e%2E' }],
  ['deleteOAuth2Client', 'id', { id: 'a%2f.%2e' }],
  ['deleteTrustedOAuth2JwtGrantIssuer', 'id', { id: 'x/.' }],
  // One user or one session, and no pattern.
  ['listOAuth2ConsentSessions', 'subject', { subject: '*' }],
  ['listOAuth2ConsentSessions', 'subject', { subject: ' \t' }],
  ['listOAuth2ConsentSessions', 'login_session_id', { subject: 's', login_session_id: '*' }],
  ['revokeOAuth2ConsentSessions', 'subject', { subject: '*', all: true }],
  ['revokeOAuth2ConsentSessions', 'subject', { subject: ' * ', client: 'c' }],
  ['revokeOAuth2ConsentSessions', 'subject', { subject: '\u3000', all: true }],
  ['revokeOAuth2ConsentSessions', 'subject', { subject: 'a\0', all: true }],
  ['revokeOAuth2LoginSessions', 'subject', { subject: '*' }],
  ['revokeOAuth2LoginSessions', 'subject', { subject: 'a\nb' }],
  ['revokeOAuth2LoginSessions', 'sid', { sid: '*' }],
  ['revokeOAuth2LoginSessions', 'sid', { sid: ' ' }],
  ['acceptOAuth2LoginRequest', 'body.subject', { login_challenge: 'c', body: { subject: '*' } }],
  ['trustOAuth2JwtGrantIssuer', 'body.subject', { body: { ...sharp, subject: '*' } }],
  ['trustOAuth2JwtGrantIssuer', 'body.subject', { body: { ...sharp, subject: ' ' } }],
  // Types that a cast let through.
  ['getOAuth2Client', 'id', { id: 7 }],
  ['getOAuth2Client', 'id', { id: null }],
  ['getOAuth2Client', 'id', { id: ['a'] }],
  ['getOAuth2Client', 'id', { id: 'lone \ud800' }],
  ['getOAuth2Client', 'id', { id: Object('boxed') }],
  ['listOAuth2ConsentSessions', 'subject', { subject: { toString: () => 'x' } }],
  ['listOAuth2Clients', 'page_size', { page_size: 0 }],
  ['listOAuth2Clients', 'page_size', { page_size: -1 }],
  ['listOAuth2Clients', 'page_size', { page_size: 1.5 }],
  ['listOAuth2Clients', 'page_size', { page_size: '5' }],
  ['listOAuth2Clients', 'page_size', { page_size: Number.NaN }],
  ['listOAuth2Clients', 'page_token', { page_token: '1' }],
  ['listOAuth2Clients', 'page_token', { page_token: '' }],
  ['oAuth2Authorize', 'cookie', { client_id: 'c', cookie: 'a=1\r\nx: y' }],
  // What is missing, unknown or contradicting.
  ['getOAuth2Client', 'id', {}],
  ['getOAuth2Client', 'id', undefined],
  ['getOAuth2Client', 'parameters', null],
  ['getOAuth2Client', 'parameters', 'c1'],
  ['getOAuth2Client', 'parameters', ['c1']],
  ['listOAuth2ConsentSessions', 'subject', {}],
  ['deleteOAuth2Token', 'client_id', { client_id: undefined }],
  ['listOAuth2Clients', 'ownr', { ownr: 'x' }],
  ['listTrustedOAuth2JwtGrantIssuers', 'MaxItems', { MaxItems: 5 }],
  ['revokeOAuth2ConsentSessions', 'parameters', {}],
  ['revokeOAuth2ConsentSessions', 'parameters', { subject: 's' }],
  ['revokeOAuth2ConsentSessions', 'parameters', { all: true }],
  ['revokeOAuth2ConsentSessions', 'parameters', { client: 'c' }],
  ['revokeOAuth2ConsentSessions', 'parameters', { subject: 's', client: undefined }],
  ['revokeOAuth2ConsentSessions', 'parameters', { subject: 's', client: 'c', all: true }],
  ['revokeOAuth2ConsentSessions', 'parameters', { subject: 's', consent_request_id: 'g' }],
  [
    'revokeOAuth2ConsentSessions',
    'parameters',
    { subject: 's', all: true, consent_request_id: 'g' },
  ],
  ['revokeOAuth2ConsentSessions', 'all', { subject: 's', all: false }],
  ['revokeOAuth2ConsentSessions', 'all', { subject: 's', all: 'true' }],
  ['revokeOAuth2ConsentSessions', 'parameters', Object.create({ subject: 's', all: true })],
  ['revokeOAuth2LoginSessions', 'parameters', {}],
  ['revokeOAuth2LoginSessions', 'parameters', { subject: 's', sid: 'x' }],
  // Bodies.
  ['createOAuth2Client', 'body', {}],
  ['createOAuth2Client', 'body', { body: null }],
  ['createOAuth2Client', 'body', { body: [] }],
  ['createOAuth2Client', 'body', { body: '{}' }],
  ['createOAuth2Client', 'body', { body: { metadata: { n: 1n } } }],
  ['createOAuth2Client', 'body.client_id', { body: { client_id: '' } }],
  ['setOAuth2Client', 'body.client_id', { id: 'a', body: { client_id: 'b' } }],
  ['patchOAuth2Client', 'body', { id: 'a', body: {} }],
  [
    'patchOAuth2Client',
    'body[0].path',
    { id: 'a', body: [{ op: 'add', path: '/Client_ID', value: 'b' }] },
  ],
  ['rejectOAuth2LoginRequest', 'body', { login_challenge: 'c', body: 'no' }],
  ['acceptOAuth2LoginRequest', 'body.subject', { login_challenge: 'c', body: {} }],
  ['acceptOAuth2LoginRequest', 'body.subject', { login_challenge: 'c', body: { subject: '' } }],
  ['trustOAuth2JwtGrantIssuer', 'body', { body: unclear }],
  ['trustOAuth2JwtGrantIssuer', 'body', { body: { ...sharp, allow_any_subject: true } }],
  ['trustOAuth2JwtGrantIssuer', 'body.subject', { body: { ...sharp, subject: '' } }],
  ['trustOAuth2JwtGrantIssuer', 'body.issuer', { body: { ...sharp, issuer: '' } }],
  ['trustOAuth2JwtGrantIssuer', 'body.expires_at', { body: { ...sharp, expires_at: undefined } }],
  ['trustOAuth2JwtGrantIssuer', 'body.jwk', { body: { ...sharp, jwk: { kty: 'EC' } } }],
  ['trustOAuth2JwtGrantIssuer', 'body.jwk', { body: { ...sharp, jwk: null } }],
  // Client authentication.
  ['revokeOAuth2Token', 'basic', { token: 't' }],
  ['revokeOAuth2Token', 'basic', { token: 't', basic: 'c:s' }],
  ['revokeOAuth2Token', 'basic', { token: 't', basic: null }],
  ['revokeOAuth2Token', 'basic', { token: 't', basic: { client_id: '', client_secret: 's' } }],
  ['revokeOAuth2Token', 'basic', { token: 't', basic: { client_id: 'c' } }],
  [
    'revokeOAuth2Token',
    'basic',
    { token: 't', basic: { client_id: 'c', client_secret: 's' }, client_id: 'c' },
  ],
  [
    'revokeOAuth2Token',
    'basic',
    { token: 't', basic: { client_id: 'c', client_secret: 's' }, client_secret: 's' },
  ],
  [
    'revokeOAuth2Token',
    'basic',
    { token: 't', basic: { client_id: 'c', client_secret: 's' }, client_assertion: 'j' },
  ],
  [
    'revokeOAuth2Token',
    'client_secret',
    { token: 't', client_id: 'c', client_secret: 's', client_assertion: 'j' },
  ],
  ['revokeOAuth2Token', 'client_id', { token: 't', client_secret: 's' }],
  [
    'revokeOAuth2Token',
    'client_assertion',
    { token: 't', client_id: 'c', client_assertion_type: 'x' },
  ],
  ['oAuth2DeviceFlow', 'client_id', {}],
  ['oAuth2DeviceFlow', 'client_id', { client_assertion: 'j' }],
  ['oauth2TokenExchange', 'grant_type', { client_id: 'c' }],
  ['oauth2TokenExchange', 'code', { grant_type: 'authorization_code', client_id: 'c' }],
  ['oauth2TokenExchange', 'refresh_token', { grant_type: 'refresh_token', client_id: 'c' }],
  [
    'oauth2TokenExchange',
    'assertion',
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
  ],
  [
    'oauth2TokenExchange',
    'device_code',
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'c' },
  ],
  ['rotateOAuth2ClientSecret', 'body', { id: 'c', body: [] }],
  ['rotateOAuth2ClientSecret', 'body.client_secret', { id: 'c', body: {} }],
  ['rotateOAuth2ClientSecret', 'body.client_secret', { id: 'c', body: { client_secret: 'short' } }],
  [
    'rotateOAuth2ClientSecret',
    'body.client_secret',
    { id: 'c', body: { client_secret: 'ü'.repeat(37) } },
  ],
])('%s refuses its %s before any request (row %#)', async (op, parameter, parameters) => {
  const error = await rejectionOf(call(op, parameters))

  expect(error).toBeInstanceOf(OryArgumentError)
  expect(error).toMatchObject({ operation: op, parameter, retryable: false })
  expect(pending()).toBe(0)
})

/** Every operation with an id in its path, and what it needs besides. */
const byId: readonly [OperationId, object][] = [
  ['getOAuth2Client', {}],
  ['setOAuth2Client', { body: {} }],
  ['patchOAuth2Client', { body: [{ op: 'replace', path: '/owner', value: 'o' }] }],
  ['deleteOAuth2Client', {}],
  ['setOAuth2ClientLifespans', { body: {} }],
  ['rotateOAuth2ClientSecret', {}],
  ['deleteRotatedOAuth2ClientSecrets', {}],
  ['getTrustedOAuth2JwtGrantIssuer', {}],
  ['deleteTrustedOAuth2JwtGrantIssuer', {}],
]

test('knows every operation that has an id in its path', () => {
  const withId = Object.entries(operations).filter(([, { path }]) => path.includes('{id}'))

  expect(byId.map(([op]) => op).sort()).toEqual(withId.map(([op]) => op).sort())
})

test.each(byId)(
  'refuses for %s an id that no path leads to, and says so to programs',
  async (op, more) => {
    const ids = [
      'x/',
      'x//',
      '/',
      'x%2F',
      'x%2f',
      'x/%2F',
      'x%2F/',
      '.',
      'a/../b',
      'x\0',
      'a\nb',
      '\x7f',
      '',
    ]
    for (const id of ids) {
      const error = await rejectionOf(call(op, { id, ...more }))
      expect(error).toBeInstanceOf(OryArgumentError)
      expect(error).toMatchObject({ parameter: 'id', reason: 'unaddressable-id', retryable: false })
    }
  },
)

test('refuses every id that ends in a slash, encoded or not, whatever stands before it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('/', '%2f', '%2F'),
      async (before, slash) => {
        const error = await rejectionOf(ory.deleteOAuth2Client({ id: before + slash }))
        expect(error).toMatchObject({ reason: 'unaddressable-id' })
      },
    ),
  ))

test('gives no reason for what is not about an id in a path', async () => {
  const error = await rejectionOf(ory.revokeOAuth2LoginSessions({ subject: '*' }))

  expect(error).toMatchObject({ parameter: 'subject', reason: undefined })
})

test('sends a slash at the end of what travels in a query', async () => {
  const mocked = mockedOry()
  const path = '/admin/oauth2/auth/sessions/login?subject=a%2F'
  mocked.admin.intercept({ path, method: 'DELETE' }).reply(204)

  await mocked.ory.revokeOAuth2LoginSessions({ subject: 'a/' })
  mocked.agent.assertNoPendingInterceptors()
})

test('reads no parameter from a prototype', async () => {
  const error = await rejectionOf(ory.deleteOAuth2Client(Object.create({ id: 'inherited' })))

  expect(error).toMatchObject({ parameter: 'id' })
})

test('refuses every spelling of a dot segment in an id, however deep', () => {
  const dot = fc.constantFrom('.', '%2e', '%2E')
  const slash = fc.constantFrom('/', '\\', '%2f', '%5C')
  const segment = fc.stringMatching(/^[a-z]{0,3}$/)
  const before = fc.oneof(
    fc.constant(''),
    fc.tuple(segment, slash).map((parts) => parts.join('')),
  )
  const after = fc.oneof(
    fc.constant(''),
    fc.tuple(slash, segment).map((parts) => parts.join('')),
  )
  const dots = fc.array(dot, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(''))

  return fc.assert(
    fc.asyncProperty(before, dots, after, async (...parts) => {
      const error = await rejectionOf(ory.deleteOAuth2Client({ id: parts.join('') }))
      expect(error).toBeInstanceOf(OryArgumentError)
    }),
  )
})

test('never names a value in a refusal', () =>
  fc.assert(
    fc.asyncProperty(fc.uuid(), async (secret) => {
      const refused: Promise<unknown>[] = [
        ory.deleteOAuth2Client({ id: `${secret}/..` }),
        ory.revokeOAuth2ConsentSessions({ subject: secret } as never),
        ory.revokeOAuth2LoginSessions({ subject: secret, sid: secret } as never),
        ory.setOAuth2Client({ id: secret, body: { client_id: `${secret}x` } }),
        ory.patchOAuth2Client({ id: secret, body: [{ op: secret, path: secret }] as never }),
        ory.oAuth2Authorize({ client_id: secret, cookie: `${secret}\n` }),
      ]
      for (const error of await Promise.all(refused.map(rejectionOf))) {
        expect(error).toBeInstanceOf(OryArgumentError)
        expect(String(error)).not.toContain(secret)
        expect(JSON.stringify(error)).not.toContain(secret)
      }
    }),
    { numRuns: 20 },
  ))

test('gives a list the same refusals when it is awaited and when it is iterated', async () => {
  const list: ReturnType<Ory['listOAuth2Clients']> = ory.listOAuth2Clients({ owner: '' })
  const iterate = async () => {
    for await (const client of list) expect(client).toBeUndefined()
  }

  expect(await rejectionOf(list)).toBeInstanceOf(OryArgumentError)
  expect(await rejectionOf(iterate())).toBeInstanceOf(OryArgumentError)
})
