import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { ClientRow } from '../state.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~'

/** Twenty-six characters that need no escaping in a URL or a form. */
export function newClientSecret(): string {
  return Array.from({ length: 26 }, () => alphabet[randomInt(alphabet.length)]).join('')
}

export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** Whether `secret` opens this client: its current secret, or one of those rotated out. */
export function clientSecretMatches(row: ClientRow, secret: string): boolean {
  const asked = Buffer.from(secretDigest(secret))
  return [row.secretDigest, ...row.rotatedSecretDigests].some(
    (digest) => digest !== undefined && timingSafeEqual(Buffer.from(digest), asked),
  )
}
