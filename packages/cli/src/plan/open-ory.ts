import { secretsManager } from '@lapse/aws/secrets-manager'
import { bySettingNames, oryAccountsParts } from '@lapse/aws/settings/ory'
import type { Environment } from '@lapse/aws/settings/texts'
import { storedApiKeys } from '@lapse/aws/stored-api-keys'
import { ConfigError } from '@lapse/core/errors'
import {
  type ApiKeys,
  createOry,
  createOryAccounts,
  type Ory,
  type OryAccounts,
  type OryOptions,
} from '@lapse/core/ory'
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

/**
 * A client for what a user has at the same place besides OAuth2; `undefined` where it is not said where
 * any of it is.
 * @param variables the settings that count there
 * @throws UsageError in the environment's words
 */
export function openAccounts(
  { adminUrl, apiKey, stored }: OryEnvironment,
  variables: Environment,
): OryAccounts | undefined {
  const parts = oryAccountsParts(variables, adminUrl, stored ? keyIn(stored) : apiKey || undefined)
  if (parts === undefined) return undefined
  try {
    return bySettingNames(() => createOryAccounts({ ...parts, ...patience }))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(error.message, { cause: error })
  }
}

function keyIn({ secretId, aws }: NonNullable<OryEnvironment['stored']>): ApiKeys {
  return storedApiKeys({
    secretId,
    secrets: secretsManager(aws),
    clock: systemClock,
    log: quietLog,
  })
}
