import { ConfigError } from '@lapse/core/errors'

/** AWS's names for what only a person can mend: a missing resource, a missing permission, no credentials. */
const misconfigurations = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'DecryptionFailure',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'KmsAccessDenied',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
])

/**
 * An AWS error as the queue has to treat it: a `ConfigError` naming the resource where the
 * deployment is at fault, and the error itself everywhere else.
 */
export function asMisconfiguration(error: unknown, resource: string): unknown {
  if (!(error instanceof Error) || !misconfigurations.has(error.name)) return error
  if (error.name === 'CredentialsProviderError')
    return new ConfigError(`${resource}: no AWS credentials were found; configure them`)
  return new ConfigError(
    `${resource}: AWS answered ${error.name}; check that it exists and that this function may use it`,
  )
}
