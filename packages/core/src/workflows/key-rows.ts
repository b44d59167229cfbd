/** Which key was meant to be trusted under an issuer's `kid`; Ory itself never shows one again. */
export interface TrustedKeyRow {
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
  /** The idempotency key of the latest event that brought it. */
  readonly event: string
  /** That event's, RFC 3339. */
  readonly time: string
}

/** A rotation that was begun: which `kid` it brought, when, and which it retires. */
export interface BegunRotation {
  readonly kid: string
  /** The event's, RFC 3339. */
  readonly time: string
  readonly retires: readonly string[] | 'others'
}

/** The latest rotations of an issuer's keys for one subject, or for any; the newest is the last. */
export interface KeyHistoryRow {
  readonly rotations: readonly BegunRotation[]
}
