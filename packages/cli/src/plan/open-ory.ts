import { secretsManager } from '@lapse/aws/secrets-manager'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { ConfigError } from '@lapse/core/errors'
import { type ApiKeys, createOry, type Ory, type OryOptions } from '@lapse/core/ory'
import { systemClock } from '@lapse/core/ports'
import { UsageError } from '../errors.ts'
import type { FoundPlace } from '../place/find-place.ts'
import type { AwsConfig, Place } from '../place.ts'
import { quietLog } from '../quiet-ports.ts'

/** Where Ory is, and how it is asked. */
export interface OryEnvironment {
  readonly adminUrl: string | undefined
  readonly apiKey: string | undefined
  /** The secret that holds the key, where that is not in the environment. */
  readonly stored?: { readonly secretId: string; readonly aws: AwsConfig } | undefined
}

/** The Ory of a place. Of a stage the key is in its secret, unless the environment holds one. */
export function oryIn(
  { by, variables, secretsManager: aws }: FoundPlace,
  environment: Place['variables'],
): OryEnvironment {
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY_SECRET_ID: secretId } = variables
  const { ORY_API_KEY: apiKey } = environment
  const isStored = by === 'stage' && secretId && !apiKey
  return { adminUrl, apiKey, ...(isStored && { stored: { secretId, aws } }) }
}

/** A person waits: a server that is not there is told within seconds, not after half a minute. */
export const patience = { timeoutMs: 15_000, attemptTimeoutMs: 10_000, retry: { maxAttempts: 2 } }

/**
 * A client for the Ory that the environment names.
 * @param options where somebody waits for longer than a person does
 * @throws UsageError in the environment's words
 */
export function openOry(ory: OryEnvironment, options: Pick<OryOptions, 'timeoutMs'> = {}): Ory {
  const { adminUrl = '' } = ory
  try {
    return createOry({ adminUrl, apiKey: keyOf(ory), ...patience, ...options })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problem = error.message
      .replaceAll('adminUrl', 'ORY_ADMIN_URL')
      .replaceAll('apiKey', 'ORY_API_KEY')
    throw new UsageError(problem, { cause: error })
  }
}

/** The key that an Ory is asked with, if it takes one. */
export function keyOf({ apiKey, stored }: OryEnvironment): string | ApiKeys | undefined {
  return stored ? keyIn(stored) : apiKey || undefined
}

function keyIn({ secretId, aws }: NonNullable<OryEnvironment['stored']>): ApiKeys {
  return storedApiKeys({
    secretId,
    secrets: secretsManager(aws),
    clock: systemClock,
    log: quietLog,
  })
}
