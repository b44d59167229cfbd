/** Whose keys may not be touched, on any path, and what the deployment knows of its Ory server. */
export interface KeyRotatedSettings {
  readonly protectedIssuers: readonly string[]
  /** `ttl.access_token`, the server's default, in milliseconds. */
  readonly accessTokenLifespanMs: number
}
