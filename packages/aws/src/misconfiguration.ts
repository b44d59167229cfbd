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
    `${resource}: AWS answered ${name}${to(error)}; check that it exists and that this function may use it`,
    { denied: denials.has(name), failure: name },
  )
}

/** The right that AWS says is missing; nothing else of its message is told, as that may quote anything. */
function to(error: unknown): string {
  const right = missingRight(error)
  return right === undefined ? '' : ` to ${right}`
}

/**
 * The right that an AWS error says is missing, as AWS calls it: `sqs:SendMessage`. `undefined` where
 * it does not say so.
 */
export function missingRight(error: unknown): string | undefined {
  const { message } = Object(error) as { message?: unknown }
  return /\bnot authorized to perform: ([a-z0-9-]+:[A-Za-z]+)\b/.exec(String(message))?.[1]
}
