import { ConfigError } from '@lapse/core/errors'
import type { OryAccountsOptions, OryPart } from '@lapse/core/ory'
import { type Environment, optional, required } from './texts.ts'

/** How Ory is reached. */
export interface OrySettings {
  readonly adminUrl: string
  readonly publicUrl: string | undefined
  /** The secret that holds its key; a self-hosted Ory has none. */
  readonly apiKeySecretId: string | undefined
}

/** @throws ConfigError where it is not said where Ory is */
export function orySettings(environment: Environment): OrySettings {
  return {
    adminUrl: required(environment, 'ORY_ADMIN_URL'),
    publicUrl: optional(environment, 'ORY_PUBLIC_URL'),
    apiKeySecretId: optional(environment, 'ORY_API_KEY_SECRET_ID'),
  }
}

/** Where a user's sessions at the identity provider, and their API keys, are; absent: nobody said. */
export interface OryAccountsSettings {
  readonly identitiesUrl: string | undefined
  readonly apiKeysUrl: string | undefined
}

export function oryAccountsSettings(environment: Environment): OryAccountsSettings {
  return {
    identitiesUrl: optional(environment, 'ORY_IDENTITIES_URL'),
    apiKeysUrl: optional(environment, 'ORY_API_KEYS_URL'),
  }
}

/**
 * The parts of Ory besides OAuth2, each with the key where it is at the Ory that gave that out: whoever
 * else is asked does not get to see it. `undefined` where it is not said where any of it is.
 */
export function oryAccountsParts(
  environment: Environment,
  adminUrl: string | undefined,
  apiKey: OryPart['apiKey'],
): Pick<OryAccountsOptions, 'identities' | 'apiKeys'> | undefined {
  const { identitiesUrl, apiKeysUrl } = oryAccountsSettings(environment)
  if (identitiesUrl === undefined && apiKeysUrl === undefined) return undefined
  const partAt = (url: string | undefined): OryPart | undefined =>
    url === undefined
      ? undefined
      : { url, apiKey: originOf(url) === originOf(adminUrl ?? '') ? apiKey : undefined }
  return { identities: partAt(identitiesUrl), apiKeys: partAt(apiKeysUrl) }
}

/** What is no URL is refused by name where it is used. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}

const names: Readonly<Record<string, string>> = {
  adminUrl: 'ORY_ADMIN_URL',
  publicUrl: 'ORY_PUBLIC_URL',
  apiKey: 'ORY_API_KEY_SECRET_ID',
  'identities.url': 'ORY_IDENTITIES_URL',
  'apiKeys.url': 'ORY_API_KEYS_URL',
}

/** Makes a client of Ory, and says what is wrong with its options by the names of the settings. */
export function bySettingNames<Ory>(make: () => Ory): Ory {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const told = error.message.replace(
      /\b(adminUrl|publicUrl|identities\.url|apiKeys\.url|apiKey)\b/g,
      (name) => names[name] ?? name,
    )
    throw new ConfigError(told, { cause: error })
  }
}
