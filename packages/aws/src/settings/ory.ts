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
