import { calculateJwkThumbprint, type JWK } from 'jose'

/** A public key as its thumbprint takes it: whatever else a JWK says of itself does not count. */
export type ThumbprintMembers = Pick<JWK, 'kty' | 'crv' | 'x' | 'y' | 'n' | 'e'>

/** The RFC 7638 thumbprint of a public key, SHA-256 in base64url: the same key, the same text. */
export function thumbprintOf(key: ThumbprintMembers): Promise<string> {
  return calculateJwkThumbprint(key, 'sha256')
}
