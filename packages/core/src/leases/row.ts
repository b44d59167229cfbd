/** Who may write to an OAuth 2.0 client or an issuer until when, in milliseconds since the epoch. */
export interface LeaseRow {
  readonly holder: string
  readonly until: number
  /** How long the last holders held it, in milliseconds; absent: nobody knows. */
  readonly heldMs?: number
}
