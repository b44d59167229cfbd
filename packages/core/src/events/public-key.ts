import { createPublicKey } from 'node:crypto'
import { problemWithEd25519 } from './ed25519.ts'
import type { PublicJwk } from './public-jwk.ts'
import type { Problem } from './text.ts'

const fewestBits = 2048
const leastExponent = 65_537n

/** Go, and so Ory, verifies nothing with a larger one. */
const greatestExponent = 2n ** 31n - 1n

/** In bytes; a coordinate has this length whatever it begins with (RFC 7518 section 6.2.1.2). */
const coordinateBytes = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** Why a public key is refused, although it has the members of one; `undefined` for a good one. */
export function problemWithKey(key: PublicJwk): Problem | undefined {
  switch (key.kty) {
    case 'RSA':
      return problemWithRsa(numberIn(key.n), numberIn(key.e))
    case 'EC':
      return problemWithEc(key)
    case 'OKP':
      return problemWithEd25519(bytesIn(key.x))
  }
}

function problemWithRsa(modulus: bigint, exponent: bigint): Problem | undefined {
  if (modulus >> BigInt(fewestBits - 1) === 0n) return 'is an RSA key of fewer than 2,048 bits'
  if (exponent < leastExponent) return 'has an RSA exponent below 65,537'
  if (exponent > greatestExponent) return 'has an RSA exponent above 2,147,483,647'
  // Of no pair of keys: nobody can sign, or anybody can find out how.
  return isEven(modulus) || isEven(exponent)
    ? 'has an RSA modulus or exponent that is even'
    : undefined
}

function problemWithEc(key: Extract<PublicJwk, { kty: 'EC' }>): Problem | undefined {
  const { kty, crv, x, y } = key
  const lengths = [x, y].map((coordinate) => bytesIn(coordinate).length)
  if (lengths.some((length) => length !== coordinateBytes[crv]))
    return 'has coordinates of the wrong length'
  try {
    createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
    return undefined
  } catch {
    return 'is not a point on its curve'
  }
}

function isEven(number: bigint): boolean {
  return number % 2n === 0n
}

function numberIn(base64url: string): bigint {
  return BigInt(`0x${bytesIn(base64url).toString('hex') || '0'}`)
}

function bytesIn(base64url: string): Buffer {
  return Buffer.from(base64url, 'base64url')
}
