import type { Protection } from '../../protection/index.ts'

/** What may not be offboarded, on any path, and what the deployment knows of its Ory server. */
export interface OffboardingSettings extends Protection {
  /** `ttl.access_token`, the server's default, in milliseconds. */
  readonly accessTokenLifespanMs: number
  /** How long a deleted secret can still be brought back, 7 to 30 days. */
  readonly secretRecoveryDays: number
  /** The names of secrets that this deployment may delete: one that AWS hides is its own mistake. */
  readonly ownSecretIds?: readonly string[]
}
