import { generateKeyPairSync } from 'node:crypto'
import type { PrivateJwk } from '@lapse/core/rotation'

/** A new key for ES256 under this name. */
export function newKey(kid: string): PrivateJwk {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), kty: 'EC', kid } as PrivateJwk
}

/** What others may know of it. */
export function publicHalf({ kid, x, y }: PrivateJwk) {
  return { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid, x: String(x), y: String(y) }
}
