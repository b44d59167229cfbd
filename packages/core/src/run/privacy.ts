import { createHmac } from 'node:crypto'
import { isSpelledIn } from './subject-spelling.ts'

/**
 * A publisher's own text, where no spelling of the subject is in it; otherwise `hmac:` and the
 * HMAC-SHA-256 of the whole text under the ledger key, as base64url. An event's id or source is
 * free text (`/users/alice`), and a subject stays in queue messages.
 */
export function masked(text: string, subject: string | undefined, ledgerKey: Uint8Array): string {
  if (!subject || !isSpelledIn(text, subject)) return text
  const digest = createHmac('sha256', ledgerKey).update(`text\0${text}`).digest('base64url')
  return `hmac:${digest}`
}

/**
 * A publisher's own text without the subject it may have been built from. An event's id or source
 * is free text (`/users/alice`), and a subject stays in queue messages.
 */
export function withoutSubject(text: string, subject: string | undefined): string {
  if (subject === undefined) return text
  return [subject, encodeURIComponent(subject)].reduce(
    (left, spelling) => left.replaceAll(spelling, '[subject]'),
    text,
  )
}
