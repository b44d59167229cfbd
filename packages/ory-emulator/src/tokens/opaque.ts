import { createHash, createHmac, randomBytes } from 'node:crypto'
import { type OryError, unrecognizable } from '../errors.ts'
import type { Keys } from './keys.ts'
import { invalidTokenFormat, tokenSignatureMismatch } from './token-errors.ts'

/** The prefixes Ory's opaque tokens announce themselves by. */
export type TokenPrefix = 'ory_at' | 'ory_rt' | 'ory_ac' | 'ory_dc'

/** A fresh opaque token: prefix, 32 random bytes and their signature. */
export function newOpaqueToken(keys: Keys, prefix: TokenPrefix): string {
  const key = randomBytes(32)
  return `${prefix}_${key.toString('base64url')}.${signature(keys, key).toString('base64url')}`
}

/**
 * What is wrong with an opaque token: whether the part before the first dot belongs to the signature
 * after it. Rows are found by the signature alone, so that this has to be asked besides; Ory's own
 * prefix may be missing.
 */
export function opaqueFault(keys: Keys, prefix: TokenPrefix, token: string): OryError | undefined {
  if (keys.seededTokens.has(token)) return undefined
  const bare = token.startsWith(`${prefix}_`) ? token.slice(prefix.length + 1) : token
  const [, key = '', signed = ''] = /^([^.]*)\.(.*)$/s.exec(bare) ?? []
  if (key === '' || signed === '') return invalidTokenFormat
  if (!isBase64Url(signed) || !isBase64Url(key)) return unrecognizable
  const expected = signature(keys, Buffer.from(key, 'base64url'))
  return expected.equals(Buffer.from(signed, 'base64url')) ? undefined : tokenSignatureMismatch
}

export function isGenuine(keys: Keys, prefix: TokenPrefix, token: string): boolean {
  return opaqueFault(keys, prefix, token) === undefined
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1
}

function signature({ sealing }: Keys, key: Buffer): Buffer {
  return createHmac('sha512-256', sealing).update(key).digest()
}

/** The key of an access token's row: the signature of an opaque token, or of a JWT. */
export function accessTokenDigest(token: string): string {
  const parts = token.split('.')
  return sha256(parts.length === 3 ? (parts[2] ?? '') : opaqueSignature(parts))
}

/** The key of the row of a refresh token, an authorization code or a device code. */
export function opaqueDigest(token: string): string {
  return sha256(opaqueSignature(token.split('.')))
}

function opaqueSignature(parts: readonly string[]): string {
  return parts.length === 2 ? (parts[1] ?? '') : ''
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
