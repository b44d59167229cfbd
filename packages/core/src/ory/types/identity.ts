/** A user at the identity provider; what is not relied on is left to its own specification. */
export interface Identity {
  readonly id: string
  readonly state?: 'active' | 'inactive'
  /** What it is called elsewhere. */
  readonly external_id?: string
  readonly [member: string]: unknown
}

/** A session at the identity provider: a browser or an app that need not log in again. */
export interface IdentitySession {
  readonly id: string
  readonly active?: boolean
  /** RFC 3339. */
  readonly expires_at?: string
  readonly [member: string]: unknown
}
