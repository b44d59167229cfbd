import { hmacSha256 } from '../hmac.ts'
import { isSpelledIn } from './subject-spelling.ts'

/**
 * A publisher's own text, where no spelling of the subject is in it; otherwise `hmac:` and the
 * HMAC-SHA-256 of the whole text under the ledger key, as base64url. An event's id or source is
 * free text (`/users/alice`), and a subject stays in queue messages.
 */
export function masked(text: string, subject: string | undefined, ledgerKey: Uint8Array): string {
  return subject && isSpelledIn(text, subject) ? maskOf(text, ledgerKey) : text
}

/** What stands for a text in which a subject is. */
export function maskOf(text: string, ledgerKey: Uint8Array): string {
  const digest = hmacSha256(ledgerKey, `text\0${text}`).digest('base64url')
  return `hmac:${digest}`
}

/** Names a ledger key without revealing it: the first 9 bytes of an HMAC under it, as base64url. */
export function keyIdOf(ledgerKey: Uint8Array): string {
  const digest = hmacSha256(ledgerKey, 'lapse ledger key').digest()
  return digest.subarray(0, 9).toString('base64url')
}
