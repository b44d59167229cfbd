import { ConfigError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { awsProblem, regionProblem, shellProblem } from './aws-problem.ts'
import { CommandError, UsageError } from './errors.ts'

const asked = 'https://sqs.moon-1.amazonaws.com'

test.each([
  ['CredentialsProviderError', {}, UsageError, /^no AWS credentials were found; set AWS_PROFILE/],
  [
    'CredentialsProviderError',
    { AWS_PROFILE: 'nobody' },
    UsageError,
    /^the AWS profile nobody has no credentials here; .*aws configure list-profiles/,
  ],
  [
    'ENOTFOUND',
    {},
    CommandError,
    /^nothing answers at https:\/\/sqs\.moon-1\.amazonaws\.com \(ENOTFOUND\): no such host .* AWS_REGION/,
  ],
  ['ECONNREFUSED', {}, CommandError, /\(ECONNREFUSED\); check the port, the URL and the network$/],
  ['TimeoutError', {}, CommandError, /\(TimeoutError\); check the port/],
  [
    'ExpiredTokenException',
    {},
    CommandError,
    /have expired \(ExpiredTokenException\); log in anew$/,
  ],
  ['SignatureDoesNotMatch', {}, CommandError, /not know these credentials in this region/],
  ['OptInRequired', {}, CommandError, /check AWS_PROFILE and AWS_REGION$/],
  ['AccessDeniedException', {}, CommandError, /^AWS refused \(AccessDeniedException\); .* policy$/],
])('says what to do about %s with %o', (name, environment, kind, line) => {
  const problem = awsProblem({ name, asked }, environment)

  expect(problem).toBeInstanceOf(kind)
  expect(problem?.message).toMatch(line)
})

test('leaves alone what is about the thing that was asked for', () => {
  const missing = new ConfigError('secret s: …', { failure: 'ResourceNotFoundException' })
  const denied = new ConfigError('secret s: …', { failure: 'AccessDenied', denied: true })

  expect(awsProblem({ name: 'QueueDoesNotExist', asked }, {})).toBeUndefined()
  for (const error of [missing, denied, new ConfigError('X is not set'), new TypeError('odd'), 7])
    expect(shellProblem(error, {})).toBeUndefined()
})

test.each([
  ['Region is missing', /^the AWS region is not known; set AWS_REGION, to eu-central-1 say$/],
  [
    'Region not accepted: region="us east 1" is not a valid hostname component.',
    /^AWS_REGION is not a region; write it like eu-central-1$/,
  ],
])('knows what the SDK means by %j', (message, line) => {
  const error = new Error(message)

  expect(regionProblem(error)).toBeInstanceOf(UsageError)
  expect(regionProblem(error)?.message).toMatch(line)
  expect(shellProblem(error, {})?.message).toMatch(line)
})

test('says where AWS was looked for', () => {
  const error = new ConfigError('table t: …', { failure: 'ENOTFOUND' })

  expect(shellProblem(error, { AWS_REGION: 'moon-1' })?.message).toMatch(/at AWS in moon-1 \(ENOT/)
  expect(shellProblem(error, {})?.message).toMatch(/at AWS \(ENOT/)
})

test('names the endpoint that is not a URL', () => {
  const error = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' })
  const environment = {
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'nonsense',
  }

  expect(shellProblem(error, environment)).toBeInstanceOf(UsageError)
  expect(shellProblem(error, environment)?.message).toMatch(
    /^AWS_ENDPOINT_URL_SECRETS_MANAGER is not a URL; /,
  )
  expect(shellProblem(error, {})).toBeUndefined()
})
