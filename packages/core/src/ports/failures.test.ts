import { expect, test } from 'vitest'
import { failureName, failureOf } from './failures.ts'

const named = (name: string, rest: object = {}) => Object.assign(new Error('m'), { name }, rest)
const coded = (code: string) => Object.assign(new Error('m'), { code })
const answered = (httpStatusCode: number) => named('Unheard', { $metadata: { httpStatusCode } })

test.each([
  'AccessDenied',
  'AccessDeniedException',
  'AWS.SimpleQueueService.NonExistentQueue',
  'CredentialsProviderError',
  'DecryptionFailure',
  'EncryptionFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'KMS.DisabledException',
  'KMSInvalidStateException',
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsOptInRequired',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
])('has a person mend %s', (name) => {
  expect(failureOf(named(name))).toBe('deployment')
  expect(failureOf(named(name, { $metadata: { httpStatusCode: 500 } }))).toBe('deployment')
})

test.each([
  'AbortError',
  'DependencyTimeoutException',
  'InternalServerError',
  'InternalServiceError',
  'KMS.ThrottlingException',
  'KMSInternalException',
  'KeyUnavailableException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
])('waits while it is %s', (name) => {
  expect(failureOf(named(name, { $metadata: { httpStatusCode: 400 } }))).toBe('unavailable')
})

test.each([429, 500, 503])('waits where an unheard name was answered with %i', (status) => {
  expect(failureOf(answered(status))).toBe('unavailable')
})

test('waits where the SDK calls an unheard name worth another try', () => {
  expect(failureOf(named('Unheard', { $retryable: {} }))).toBe('unavailable')
})

test.each(['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
  'waits where the network says %s, and tells the code',
  (code) => {
    expect(failureOf(coded(code))).toBe('unavailable')
    expect(failureName(named('TimeoutError', { code }))).toBe(code)
  },
)

test('has a person mend a host that does not exist', () => {
  expect(failureOf(coded('ENOTFOUND'))).toBe('deployment')
})

test.each([
  answered(400),
  answered(404),
  named('ConditionalCheckFailedException'),
  named('ValidationException'),
  named('InvalidMessageContents'),
  named('toString', { code: 'toString' }),
  new TypeError('m'),
  'a text',
  null,
  undefined,
])('knows nothing of %s', (error) => {
  expect(failureOf(error)).toBeUndefined()
})

test('tells a failure by its name where no network is at fault', () => {
  expect(failureName(named('KmsThrottled', { code: 'Sender' }))).toBe('KmsThrottled')
})
