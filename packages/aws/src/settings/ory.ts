import { ConfigError } from '@lapse/core/errors'
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

const names: Readonly<Record<string, string>> = {
  adminUrl: 'ORY_ADMIN_URL',
  publicUrl: 'ORY_PUBLIC_URL',
  apiKey: 'ORY_API_KEY_SECRET_ID',
}

/** Makes a client of Ory, and says what is wrong with its options by the names of the settings. */
export function bySettingNames<Ory>(make: () => Ory): Ory {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const told = error.message.replace(
      /\b(adminUrl|publicUrl|apiKey)\b/g,
      (name) => names[name] ?? name,
    )
    throw new ConfigError(told, { cause: error })
  }
}
