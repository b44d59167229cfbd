/** Which key was meant to be trusted under an issuer's `kid`; Ory itself never shows one again. */
export interface BroughtKey {
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
  /** The idempotency key of the latest event that brought it. */
  readonly event: string
  /** That event's, RFC 3339. */
  readonly time: string
}

/** The latest `app.offboarded` that removed an issuer. */
export interface RemovedIssuer {
  readonly id: string
  readonly source: string
  /** RFC 3339. */
  readonly time: string
}

/** What the ledger keeps for good of the keys that were trusted. */
export type TrustedKeyRow = BroughtKey | RemovedIssuer
