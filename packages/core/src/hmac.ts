import { createHmac, createSecretKey, type Hmac, type KeyObject } from 'node:crypto'

/** Node prepares a key that is given as bytes for every digest anew, which takes longer than the digest. */
const prepared = new WeakMap<Uint8Array, KeyObject>()

/** HMAC-SHA-256 of a text: to be digested. A key's bytes may not change once they were used. */
export function hmacSha256(key: Uint8Array, text: string): Hmac {
  const known = prepared.get(key) ?? createSecretKey(key)
  prepared.set(key, known)
  return createHmac('sha256', known).update(text)
}
