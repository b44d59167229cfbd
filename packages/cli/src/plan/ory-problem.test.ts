import {
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  type OryConfigurationReason,
  OryMismatchError,
  OryResponseError,
  OryTransportError,
} from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { CommandError, UsageError } from '../errors.ts'
import { oryProblem } from './ory-problem.ts'

const at = { adminUrl: 'https://ory.example/base', apiKey: undefined }
const withKey = { ...at, apiKey: 'ory_pat_s3cret' }

const misconfigured = (reason: OryConfigurationReason) =>
  new OryConfigurationError('listX', reason, 'the client’s own words')
const notFound = (operation: string, asked: string) =>
  new OryConfigurationError(operation, 'route-not-found', 'm', { asked })
const lost = (reason: OryTransportError['reason']) =>
  new OryTransportError('listX', { reason, mayHaveRun: true, message: 'lost' })

test.each([
  [misconfigured('unauthorized'), at, /asks for a key \(401\); set ORY_API_KEY/],
  [misconfigured('unauthorized'), withKey, /does not accept the key in ORY_API_KEY/],
  [misconfigured('forbidden'), at, /does not let us in \(403\); set ORY_API_KEY/],
  [misconfigured('forbidden'), withKey, /does not let the key in ORY_API_KEY do this/],
  [
    misconfigured('route-not-found'),
    at,
    /set ORY_ADMIN_URL to the admin side, and mind its port and path$/,
  ],
  [
    notFound('listX', 'https://ory.example/admin/admin/x'),
    { ...at, adminUrl: 'https://ory.example/admin/' },
    /\(404 for https:\/\/ory\.example\/admin\/admin\/x\); \/admin\/ at the end of ORY_ADMIN_URL is one too many$/,
  ],
  [
    notFound('revokeOAuth2Token', 'https://open.example/oauth2/oauth2/revoke'),
    { ...at, publicUrl: 'https://open.example/oauth2' },
    /^https:\/\/open\.example .* \/oauth2 at the end of ORY_PUBLIC_URL is one too many$/,
  ],
  [
    new OryTransportError(
      'revokeOAuth2Token',
      { reason: 'connect', mayHaveRun: false, message: 'lost' },
      { cause: Object.assign(new Error('s3cret'), { code: 'ECONNREFUSED' }) },
    ),
    { ...at, publicUrl: 'http://127.0.0.1:4443/' },
    /^nothing answers at http:\/\/127\.0\.0\.1:4443 \(ECONNREFUSED\); .* check ORY_PUBLIC_URL$/,
  ],
  [misconfigured('redirected'), at, /redirects elsewhere; set ORY_ADMIN_URL/],
  [misconfigured('dns'), at, /^the name ory\.example cannot be looked up/],
  [misconfigured('tls'), at, /no TLS connection .* check its certificate/],
  [lost('connect'), at, /^nothing answers at https:\/\/ory\.example;/],
  [lost('reset'), at, /^the connection was cut at https:\/\/ory\.example;/],
  [lost('timeout'), at, /^no answer came in time/],
  [lost('unknown'), at, /^no answer that can be read came/],
  [new OryResponseError('listX', 200, 'not JSON'), at, /does not answer as Ory does/],
  [new OryMismatchError('getX'), at, /^getX was answered for another client .* letter by letter/],
  [
    new OryApiError('listX', { status: 503, body: {}, retryable: true }),
    at,
    /was answered 503; see/,
  ],
])('says what to do about %o', (error, environment, line) => {
  const problem = oryProblem(error, environment)

  expect(problem).toBeInstanceOf(CommandError)
  expect(String((problem as CommandError).message)).toMatch(line)
  expect(String((problem as CommandError).message)).not.toContain('s3cret')
})

test('takes a refused argument for a mistake on the command line, and leaves strangers alone', () => {
  const stranger = new TypeError('not ours')

  expect(oryProblem(new OryArgumentError('listX', 'subject', 'is odd'), at)).toBeInstanceOf(
    UsageError,
  )
  expect(oryProblem(stranger, at)).toBe(stranger)
})

const besides = { ...withKey, identitiesUrl: 'https://kratos.example' }
const ofIdentities = (reason: OryConfigurationReason) =>
  new OryConfigurationError('listIdentities', reason, 'm')

test.each([
  [
    new OryTransportError('getIdentityByExternalID', {
      reason: 'connect',
      mayHaveRun: false,
      message: 'lost',
    }),
    besides,
    /^nothing answers at https:\/\/kratos\.example; .* ORY_IDENTITIES_URL$/,
  ],
  [ofIdentities('dns'), besides, /^the name kratos\.example .* check ORY_IDENTITIES_URL$/],
  [
    ofIdentities('unauthorized'),
    besides,
    /^https:\/\/kratos\.example does not let us in without a key, and the key goes to ORY_ADMIN_URL's own origin only/,
  ],
  [
    ofIdentities('unauthorized'),
    { ...besides, identitiesUrl: 'https://ory.example/' },
    /does not accept the key in ORY_API_KEY/,
  ],
  [
    new OryMismatchError('listIdentities', 'identity'),
    besides,
    /another identity .* whether https:\/\/kratos\.example is a Kratos that knows such lookups$/,
  ],
])('tells of the identity provider: %o', (error, urls, line) => {
  expect((oryProblem(error, urls) as Error).message).toMatch(line)
})
