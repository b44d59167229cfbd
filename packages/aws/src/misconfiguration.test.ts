import { ConfigError, UnavailableError } from '@lapse/core/errors'
import { expect, test } from 'vitest'
import { asMisconfiguration } from './misconfiguration.ts'

const named = (name: string) => Object.assign(new Error('s3cret'), { name })

test.each(['AccessDenied', 'AccessDeniedException', 'ExpiredToken', 'ExpiredTokenException'])(
  'names the resource that may not be used, and why: %s',
  (name) => {
    const error = asMisconfiguration(named(name), 'queue q')

    expect(error).toBeInstanceOf(ConfigError)
    expect(String(error)).toMatch(new RegExp(`queue q: AWS answered ${name}; check`))
    expect(String(error)).not.toContain('s3cret')
    expect(error).toHaveProperty('denied', name.startsWith('AccessDenied'))
    expect(error).toHaveProperty('failure', name)
  },
)

test('names the right that is missing, and nothing else of what AWS says', () => {
  const message =
    'User: arn:aws:iam::123456789012:user/s3cret is not authorized to perform: sqs:SendMessage on resource: s3cret because no identity-based policy allows the sqs:SendMessage action'
  const error = asMisconfiguration(
    Object.assign(new Error(message), { name: 'AccessDeniedException' }),
    'queue q',
  )

  expect(error).toMatchObject({
    message:
      'queue q: AWS answered AccessDeniedException to sqs:SendMessage; check that it exists and that this function may use it',
    denied: true,
  })
})

test('says what to do where there are no credentials', () => {
  expect(asMisconfiguration(named('CredentialsProviderError'), 'queue q')).toMatchObject({
    code: 'ERR_CONFIG',
    message: 'queue q: no AWS credentials were found; configure them',
    failure: 'CredentialsProviderError',
  })
})

test.each(['ThrottlingException', 'KmsThrottled', 'InternalServerError', 'TimeoutError'])(
  'names the resource that is unavailable for now: %s',
  (name) => {
    const error = asMisconfiguration(named(name), 'table t')

    expect(error).toBeInstanceOf(UnavailableError)
    expect(error).toMatchObject({ message: `table t is unavailable for now: ${name}` })
  },
)

test.each([named('ConditionalCheckFailedException'), new TypeError('m'), 'a text'])(
  'leaves alone what is neither: %s',
  (error) => {
    expect(asMisconfiguration(error, 'table t')).toBe(error)
  },
)
