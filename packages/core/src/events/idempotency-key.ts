import { hmacSha256 } from '../hmac.ts'
import { canonicalJson } from './canonical-json.ts'

/** What makes two messages the same event: a reused id with other content is another event. */
export interface Identified {
  readonly source: string
  readonly id: string
  readonly type: string
  readonly data: unknown
}

/**
 * The event's one name in the ledger: HMAC-SHA-256 over source, id, type and content, as 64 hex
 * digits. Keyed, so that nobody who reads the ledger can guess a subject into it.
 */
export function idempotencyKey(
  ledgerKey: Uint8Array,
  { source, id, type, data }: Identified,
): string {
  return hmac(ledgerKey, 'event', canonicalJson({ source, id, type, data }))
}

/** A subject as the ledger, receipts and logs may know it: keyed, 64 hex digits. */
export function subjectPseudonym(ledgerKey: Uint8Array, subject: string): string {
  return hmac(ledgerKey, 'subject', subject)
}

/**
 * The id of the event about one subject that lapse derives from one about several: keyed, 64 hex
 * digits, and the same whoever derives it.
 * @param parent the name of the event about several
 */
export function subjectEventId(ledgerKey: Uint8Array, parent: string, subject: string): string {
  return hmac(ledgerKey, 'event for subject', `${parent}\0${subject}`)
}

/** The purpose is part of the input, so that no two uses of one key can ever collide. */
function hmac(key: Uint8Array, purpose: string, text: string): string {
  return hmacSha256(key, `${purpose}\0${text}`).digest('hex')
}
