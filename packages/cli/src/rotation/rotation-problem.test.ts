import {
  ConfigError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryConfigurationError,
  OryTransportError,
  RefusedError,
  RotationError,
  UnavailableError,
} from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { CommandError, UsageError } from '../errors.ts'
import { rotationProblem } from './rotation-problem.ts'

const at = { variables: { ORY_ADMIN_URL: 'https://ory.example' } }
const ofAws = (name: string, more: object = {}) =>
  Object.assign(new Error('s3cret'), { name, $metadata: {}, ...more })

test.each([
  [
    new RotationError('secret-missing', 'there is no secret x'),
    /^there is no secret x \(secret-missing\); lapse rotate --status says what to do$/,
  ],
  [new RotationError('overlap-ended', 'it is over'), /^it is over \(overlap-ended\)$/],
  [new LeaseHeldError(0), /somebody else works on this client/],
  [new LedgerConflictError('s3cret'), /somebody else works on this client/],
  [new OryAbortedError('listX'), /^interrupted; run it again/],
  [ofAws('InvalidRequestException'), /^AWS refused \(InvalidRequestException\)/],
  [new UnavailableError('table t', 'ECONNREFUSED'), /^AWS could not be reached \(ECONNREFUSED\)/],
  [new UnavailableError('table t', 'TimeoutError'), /^AWS could not be reached \(TimeoutError\)/],
  [
    new UnavailableError('table t', 'ThrottlingException'),
    /^AWS is failing \(ThrottlingExc.*minute$/,
  ],
  [new RefusedError('malformed-secret-id'), /secret is refused \(malformed-secret-id\)/],
  [
    new OryTransportError('listX', { reason: 'connect', mayHaveRun: false, message: 's3cret' }),
    /^nothing answers at https:\/\/ory\.example/,
  ],
  [
    new OryConfigurationError('listX', 'unauthorized', 's3cret'),
    /asks for a key \(401\); set ORY_API_KEY_SECRET_ID$/,
  ],
])('says what to do about %o', (error, line) => {
  const problem = rotationProblem(error, at)

  expect(problem).toBeInstanceOf(CommandError)
  expect((problem as CommandError).message).toMatch(line)
  expect((problem as CommandError).message).not.toContain('s3cret')
})

test('names the secret and the stage in commands, core’s among them', () => {
  const staged = { ...at, stage: 'production' }
  const said = (error: Error) => (rotationProblem(error, staged, 'app/notes') as Error).message

  expect(
    said(new RotationError('current-refused', 'no; lapse rotate <secret> --repair sets it right')),
  ).toBe('no; lapse rotate --stage production app/notes --repair sets it right (current-refused)')
  expect(said(new RotationError('secret-missing', 'there is none'))).toMatch(
    /; lapse rotate --stage production --status says what to do$/,
  )
  expect(said(ofAws('X'))).toMatch(/see lapse rotate --stage production --status$/)
})

test.each([
  [new Error('Region is missing'), /^the AWS region is not known; set AWS_REGION/],
  [
    new ConfigError('secret s: no AWS credentials were found', {
      failure: 'CredentialsProviderError',
    }),
    /^no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID/,
  ],
])('takes %o for a wrong setting, whichever command it is', (error, line) => {
  const problem = rotationProblem(error, at)

  expect(problem).toBeInstanceOf(UsageError)
  expect((problem as UsageError).message).toMatch(line)
})

test.each([
  [
    new ConfigError('s3cret', { failure: 'ENOTFOUND' }),
    /^nothing answers at AWS[^(]*\(ENOTFOUND\): no such host is known; check the region/,
  ],
  [
    new ConfigError('s3cret', { failure: 'UnrecognizedClientException' }),
    /^AWS does not know these credentials in this region \(UnrecognizedClientException\)/,
  ],
  [
    new ConfigError('secret s: AWS answered X; check that this function may use it', {
      failure: 'AccessDenied',
      denied: true,
    }),
    /^secret s: AWS answered X; check that these credentials may use it$/,
  ],
  [new ConfigError('ROTATED_SECRETS is odd'), /^ROTATED_SECRETS is odd$/],
])('says of %o what a person at a shell can do', (error, line) => {
  expect((rotationProblem(error, at) as CommandError).message).toMatch(line)
})

test('leaves strangers alone', () => {
  const stranger = new TypeError('not ours')

  expect(rotationProblem(stranger, at)).toBe(stranger)
})
