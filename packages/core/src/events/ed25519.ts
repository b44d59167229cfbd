import type { Problem } from './text.ts'

/** The field and the curve −x² + y² = 1 + d·x²·y² of RFC 8032 section 5.1. */
const p = 2n ** 255n - 19n
const d = mod(-121665n * power(121666n, p - 2n))

/**
 * Why 32 bytes are not a public key of Ed25519; nothing in Node says so before a signature fails.
 * With a point of an order up to 8, signatures can be made without any private key.
 */
export function problemWithEd25519(key: Uint8Array): Problem | undefined {
  if (key.length !== 32) return 'has coordinates of the wrong length'

  const number = BigInt(`0x${Buffer.from(key).reverse().toString('hex')}`)
  const y = BigInt.asUintN(255, number)
  const ySquared = mod(y * y)
  const xSquared = mod((ySquared - 1n) * power(mod(d * ySquared + 1n), p - 2n))
  const isSquare = xSquared === 0n || power(xSquared, (p - 1n) / 2n) === 1n
  if (y >= p || !isSquare) return 'is not a point on its curve'

  // Of order 1 and 2 where x is 0, of order 4 where y is, of order 8 where x² is −y².
  const isSmall = xSquared === 0n || y === 0n || mod(xSquared + ySquared) === 0n
  return isSmall ? 'is a point that anybody can sign for' : undefined
}

function mod(number: bigint): bigint {
  const rest = number % p
  return rest < 0n ? rest + p : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}
