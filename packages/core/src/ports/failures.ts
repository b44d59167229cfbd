/**
 * What is wrong with a port that failed: `deployment` where only a person can mend it, `unavailable`
 * where it mends itself with time.
 */
export type PortFailure = 'deployment' | 'unavailable'

/** Every name under which a service says that it may not be used as it stands. */
const deployment = [
  // Signatures and credentials, from any service and from STS.
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'CredentialsProviderError',
  'EndpointError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IDPRejectedClaim',
  'IDPRejectedClaimException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'NotAuthorizedException',
  'OptInRequired',
  'ProviderError',
  'RegionDisabledException',
  'SignatureDoesNotMatch',
  'SubscriptionRequiredException',
  'TokenProviderError',
  'UnauthorizedException',
  'UnrecognizedClientException',
  // DynamoDB and Secrets Manager.
  'DecryptionFailure',
  'EncryptionFailure',
  'InvalidEndpointException',
  'ResourceNotFoundException',
  'TableNotFoundException',
  // S3.
  'NoSuchBucket',
  'PermanentRedirect',
  // SQS.
  'InvalidAddress',
  'InvalidSecurity',
  'NonExistentQueue',
  'QueueDoesNotExist',
  'UnsupportedOperation',
  // KMS, under the names of SQS, of other services, of SQS's query protocol, and its own.
  'KmsAccessDenied',
  'KmsDisabled',
  'KmsInvalidKeyUsage',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsOptInRequired',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMSOptInRequired',
  'KMS.AccessDeniedException',
  'KMS.DisabledException',
  'KMS.InvalidKeyUsageException',
  'KMS.InvalidStateException',
  'KMS.NotFoundException',
  'KMS.OptInRequired',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidGrantTokenException',
  'InvalidKeyUsageException',
  'NotFoundException',
] as const

/** Every name under which a service says that it is throttled, failing or busy. */
const unavailable = [
  // Rates and quotas.
  'BandwidthLimitExceeded',
  'LimitExceeded',
  'LimitExceededException',
  'OverLimit',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  // The service itself.
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalServiceError',
  'InternalServiceErrorException',
  'ServiceFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  // A table that is being changed, or an item that somebody else is writing to.
  'ReplicatedWriteConflictException',
  'ResourceInUseException',
  'TableInUseException',
  'TransactionConflictException',
  'TransactionInProgressException',
  // KMS, under the names of SQS, of other services, of SQS's query protocol, and its own.
  'KmsThrottled',
  'KMSThrottlingException',
  'KMS.ThrottlingException',
  'DependencyTimeoutException',
  'KeyUnavailableException',
  'KMSInternalException',
  // Where credentials come from.
  'IDPCommunicationError',
  'IDPCommunicationErrorException',
  // Clocks: the SDK corrects its own, and what is left passes.
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  // No answer in time.
  'AbortError',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
] as const

/** Node's codes where there was no connection, or none that could be used. */
const byCode: ReadonlyMap<unknown, PortFailure> = new Map([
  ['EAI_AGAIN', 'unavailable'],
  ['ECONNABORTED', 'unavailable'],
  ['ECONNREFUSED', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['EHOSTDOWN', 'unavailable'],
  ['EHOSTUNREACH', 'unavailable'],
  ['ENETDOWN', 'unavailable'],
  ['ENETUNREACH', 'unavailable'],
  ['ENOTFOUND', 'deployment'],
  ['EPIPE', 'unavailable'],
  ['ETIMEDOUT', 'unavailable'],
])

const byName: ReadonlyMap<string, PortFailure> = new Map([
  ...deployment.map((name) => [name, 'deployment'] as const),
  ...unavailable.map((name) => [name, 'unavailable'] as const),
])

/** What the AWS SDK puts on its errors, as far as it counts here. */
interface Failed {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $retryable?: object
}

/**
 * Judges an error that a port threw as it came, by its name, its code and its HTTP status.
 * `undefined` where waiting is of no use, or where nothing is known of it.
 */
export function failureOf(error: unknown): PortFailure | undefined {
  if (typeof error !== 'object' || error === null) return undefined

  const { name, code, $metadata, $retryable } = error as Failed
  const named = byName.get(withoutService(name)) ?? byCode.get(code)
  if (named !== undefined) return named
  const status = $metadata?.httpStatusCode ?? 0
  return status === 429 || status >= 500 || $retryable !== undefined ? 'unavailable' : undefined
}

/** What may be said of such an error: its code where the network failed, otherwise its name. */
export function failureName(error: unknown): string {
  const { name, code } = Object(error) as Failed
  return String(byCode.has(code) ? code : name)
}

/** SQS's query protocol puts its own name before an error's. */
function withoutService(name: unknown): string {
  return String(name).replace(/^AWS\.SimpleQueueService\./, '')
}
