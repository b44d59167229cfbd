import type { Protection } from '../../protection/index.ts'

/** Whose keys may not be touched, on any path, and what the deployment knows of its Ory server. */
export interface KeyRotatedSettings extends Protection {
  /** `ttl.access_token`, the server's default, in milliseconds. */
  readonly accessTokenLifespanMs: number
}
