import { ConfigError, UnavailableError } from '@lapse/core/errors'
import { failureName, failureOf } from '@lapse/core/ports'

/** Its names for what the role of a function does not allow. */
const denials = new Set(['AccessDenied', 'AccessDeniedException'])

/**
 * An AWS error as the queue has to treat it: a `ConfigError` naming the resource where the
 * deployment is at fault, an `UnavailableError` where AWS is throttling, failing or out of reach,
 * and the error itself everywhere else.
 */
export function asMisconfiguration(error: unknown, resource: string): unknown {
  const failure = failureOf(error)
  if (failure === undefined) return error
  const name = failureName(error)
  if (failure === 'unavailable') return new UnavailableError(resource, name)
  if (name === 'CredentialsProviderError')
    return new ConfigError(`${resource}: no AWS credentials were found; configure them`, {
      failure: name,
    })
  return new ConfigError(
    `${resource}: AWS answered ${name}; check that it exists and that this function may use it`,
    { denied: denials.has(name), failure: name },
  )
}
