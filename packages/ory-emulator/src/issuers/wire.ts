import { formatTime } from '../go/time.ts'
import type { TrustedIssuerRow } from '../state.ts'

/** A trusted issuer as an answer shows it: never with its key. */
export function toWireIssuer(row: TrustedIssuerRow) {
  return {
    id: row.id,
    issuer: row.issuer,
    subject: row.subject,
    allow_any_subject: row.allowAnySubject,
    scope: row.scope,
    public_key: { set: row.issuer, kid: row.kid },
    created_at: formatTime(row.createdAt),
    expires_at: formatTime(row.expiresAt),
  }
}
