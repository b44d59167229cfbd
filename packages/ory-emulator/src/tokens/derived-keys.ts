import { checkPrimeSync, createHash, createPrivateKey, type KeyObject } from 'node:crypto'

const exponent = 65537n

/**
 * The RSA key of 2048 bits that belongs to a text: the same on every machine, and known to whoever
 * knows the text. For tests only.
 */
export function rsaKeyOf(text: string): KeyObject {
  const p = primeOf(`${text}/p`)
  const q = primeOf(`${text}/q`)
  const d = inverse(exponent, (p - 1n) * (q - 1n))
  const numbers = {
    n: p * q,
    e: exponent,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: d % (q - 1n),
    qi: inverse(q, p),
  }
  const members = Object.entries(numbers).map(([name, value]) => [name, base64url(value)])
  return createPrivateKey({
    key: { kty: 'RSA', ...Object.fromEntries(members) },
    format: 'jwk',
  })
}

/** The UUID that belongs to a text. */
export function uuidOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
}

/** The first prime from a text's number on, one that goes with the exponent. */
function primeOf(text: string): bigint {
  const halves = ['0', '1'].map((half) => createHash('sha512').update(`${text}/${half}`).digest())
  const bytes = Buffer.concat(halves)
  // The two highest bits make the product of two such primes exactly twice as long.
  bytes[0] = (bytes[0] ?? 0) | 0xc0
  let candidate = BigInt(`0x${bytes.toString('hex')}`) | 1n
  while (!isUsable(candidate)) candidate += 2n
  return candidate
}

/** Most numbers have a small divisor, which is found sooner than by the real test. */
const smallPrimes = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n]

function isUsable(candidate: bigint): boolean {
  if (smallPrimes.some((prime) => candidate % prime === 0n)) return false
  return candidate % exponent !== 1n && checkPrimeSync(candidate)
}

/** Euclid's algorithm, extended: `value * inverse % modulus` is 1. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n]
  while (b > 1n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a % b, y, x - quotient * y]
  }
  return ((y % modulus) + modulus) % modulus
}

function base64url(value: bigint): string {
  const digits = value.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString(
    'base64url',
  )
}
