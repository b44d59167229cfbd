import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Ory } from '../ory.ts'

/** What a sealed value is for: sealed for one purpose, it is garbage for every other. */
export type Purpose =
  | 'login challenge'
  | 'login verifier'
  | 'consent challenge'
  | 'consent verifier'
  | 'device challenge'
  | 'device verifier'
  | 'logout challenge'
  | 'logout verifier'
  | 'cookie'
  | 'page token'

/**
 * Seals a value into a URL-safe blob (AES-256-GCM). Ory keeps no row for a flow in progress: all of
 * it travels in its challenges and verifiers.
 */
export function seal(ory: Ory, purpose: Purpose, value: unknown): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', ory.state.keys.sealing, nonce)
  cipher.setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([
    cipher.update(deflateRawSync(JSON.stringify(value))),
    cipher.final(),
  ])
  return paddedBase64url(Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
}

/** The sealed value, or `undefined` for anything this server did not seal for this purpose. */
export function unseal(ory: Ory, purpose: Purpose, blob: string): unknown {
  const bytes = Buffer.from(blob, 'base64url')
  if (bytes.length < 29 || paddedBase64url(bytes) !== blob) return undefined
  const decipher = createDecipheriv('aes-256-gcm', ory.state.keys.sealing, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
    return JSON.parse(inflateRawSync(opened).toString())
  } catch {
    return undefined
  }
}

/** Go's `URLEncoding` pads, and its `=` must be escaped in a URL: a trap worth keeping. */
function paddedBase64url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
