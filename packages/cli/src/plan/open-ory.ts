import { ConfigError } from '@lapse/core/errors'
import { createOry, type Ory, type OryOptions } from '@lapse/core/ory'
import { UsageError } from '../errors.ts'

/** What the environment says of Ory, as it stands. */
export interface OryEnvironment {
  readonly adminUrl: string | undefined
  readonly apiKey: string | undefined
}

/** A person waits: a server that is not there is told within seconds, not after half a minute. */
const patience = { timeoutMs: 15_000, attemptTimeoutMs: 10_000, retry: { maxAttempts: 2 } }

/**
 * A client for the Ory that the environment names.
 * @param options where somebody waits for longer than a person does
 * @throws UsageError in the environment's words
 */
export function openOry(
  { adminUrl, apiKey }: OryEnvironment,
  options: Pick<OryOptions, 'timeoutMs'> = {},
): Ory {
  try {
    return createOry({
      adminUrl: adminUrl ?? '',
      apiKey: apiKey || undefined,
      ...patience,
      ...options,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problem = error.message
      .replaceAll('adminUrl', 'ORY_ADMIN_URL')
      .replaceAll('apiKey', 'ORY_API_KEY')
    throw new UsageError(problem, { cause: error })
  }
}
