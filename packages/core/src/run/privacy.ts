import { hmacSha256 } from '../hmac.ts'
import { isSpelledIn } from './subject-spelling.ts'

/**
 * A publisher's own text, where no spelling of the subject is in it; otherwise `hmac:` and the
 * HMAC-SHA-256 of the whole text under the ledger key, as base64url. An event's id or source is
 * free text (`/users/alice`), and a subject stays in queue messages.
 */
export function masked(text: string, subject: string | undefined, ledgerKey: Uint8Array): string {
  if (!subject || !isSpelledIn(text, subject)) return text
  const digest = hmacSha256(ledgerKey, `text\0${text}`).digest('base64url')
  return `hmac:${digest}`
}
