import { createHash, randomBytes } from 'node:crypto'

/** The prefixes Ory's opaque tokens announce themselves by. */
export type TokenPrefix = 'ory_at' | 'ory_rt' | 'ory_ac' | 'ory_dc'

/** A fresh opaque token: prefix, 32 random bytes and something as long as their signature. */
export function newOpaqueToken(prefix: TokenPrefix): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}.${randomBytes(32).toString('base64url')}`
}

/** The key of an access token's row: of a JWT only the signature counts, of an opaque one not the prefix. */
export function accessTokenDigest(token: string): string {
  const parts = token.split('.')
  return parts.length === 3 ? sha256(parts[2] ?? '') : opaqueDigest('ory_at', token)
}

export function refreshTokenDigest(token: string): string {
  return opaqueDigest('ory_rt', token)
}

export function authCodeDigest(code: string): string {
  return opaqueDigest('ory_ac', code)
}

export function deviceCodeDigest(code: string): string {
  return opaqueDigest('ory_dc', code)
}

/** Ory takes its own prefix off before it checks, so a token works without it as well. */
function opaqueDigest(prefix: TokenPrefix, token: string): string {
  return sha256(token.startsWith(`${prefix}_`) ? token.slice(prefix.length + 1) : token)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
