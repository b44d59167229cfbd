import { createHash, randomBytes } from 'node:crypto'

/** The prefixes Ory's opaque tokens announce themselves by. */
export type TokenPrefix = 'ory_at' | 'ory_rt' | 'ory_ac' | 'ory_dc'

/** A fresh opaque token: prefix, 32 random bytes and something as long as their signature. */
export function newOpaqueToken(prefix: TokenPrefix): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}.${randomBytes(32).toString('base64url')}`
}

/** The key of a token's row: of a JWT only the signature counts, as in Ory's own table. */
export function tokenDigest(token: string): string {
  const parts = token.split('.')
  const lookedUp = parts.length === 3 ? (parts[2] ?? '') : token
  return createHash('sha256').update(lookedUp).digest('hex')
}
