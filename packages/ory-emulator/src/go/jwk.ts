import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { GoError as Complaint } from './go-error.ts'
import { GoError } from './go-error.ts'
import { isObject, kindOf } from './json.ts'
import { certificatesIn, checkCertified } from './x5c.ts'

/** A key as go-jose keeps it: the members it knows, in its order. */
export type Jwk = Readonly<Record<string, string | readonly string[]>> & { readonly kty: string }

/** `{}` where no set was given, which is not the same as an empty one. */
export interface Jwks {
  readonly keys?: readonly Jwk[] | null
}

const texts = ['use', 'kty', 'kid', 'crv', 'alg'] as const
const numbers = ['k', 'x', 'y', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
const certificates = ['x5u', 'x5t', 'x5t#S256'] as const

export function decodeJwks(
  value: Readonly<Record<string, unknown>>,
  field: string,
  complain: (error: Complaint) => void,
): Jwks {
  const keys = value['keys']
  if (keys === undefined) return {}
  if (keys === null) return { keys: null }
  if (Array.isArray(keys)) return { keys: keys.map((key) => decodeJwk(key ?? {})) }
  const where = `JoseJSONWebKeySet.${field.split('.').at(-1)}.JSONWebKeySet.keys`
  complain(
    new GoError(
      `json: cannot unmarshal ${kindOf(keys)} into Go struct field ${where} of type []jose.JSONWebKey`,
    ),
  )
  return {}
}

/**
 * A JSON Web Key as go-jose reads one.
 *
 * @throws GoError in go-jose's words: unknown `kty`, missing or broken numbers, a point off its curve, certificates of another key.
 */
export function decodeJwk(value: unknown): Jwk {
  if (!isObject(value)) {
    throw new GoError(
      `json: cannot unmarshal ${kindOf(value)} into Go value of type jose.rawJSONWebKey`,
    )
  }
  const chain = certificatesIn(value['x5c'])
  const members = [...texts, ...numbers, ...certificates].flatMap((name) => {
    const text = textOf(value[name])
    if (isNumber(name)) return isGiven(value[name]) ? [[name, base64(text)] as const] : []
    return text === '' ? [] : [[name, text] as const]
  })
  const key: Jwk = { kty: '', ...Object.fromEntries(members) }
  const check = checks[key.kty]
  if (!check) throw new GoError(`go-jose/go-jose: unknown json web key type '${key.kty}'`)
  check(key)
  checkCertified(chain, key)
  if (chain.length === 0) return inOrder(key)
  return inOrder({ ...key, x5c: chain.map(({ raw }) => raw.toString('base64')) })
}

/** Whether go-jose holds the key for usable; a symmetric one never is. */
export function isValidJwk(key: Jwk): boolean {
  return key.kty !== 'oct' && !(key.kty === 'RSA' && key['e'] === '')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** What a private key must have besides; go-jose names the first that is missing. */
function checkPrivate(key: Jwk): void {
  if (key.kty !== 'RSA' || key['d'] === undefined) return
  const missing = ['n', 'e', 'p', 'q'].find((name) => key[name] === undefined)
  if (missing === undefined) return
  throw new GoError(
    `go-jose/go-jose: invalid RSA private key, missing ${missing.toUpperCase()} value(s)`,
  )
}

const checks: Readonly<Record<string, (key: Jwk) => void>> = {
  RSA: (key) => {
    checkPrivate(key)
    if (key['n'] === undefined || key['e'] === undefined) {
      throw new GoError('go-jose/go-jose: invalid RSA key, missing n/e values')
    }
  },
  EC: (key) => {
    const size = curveSizes[String(key['crv'] ?? '')]
    if (size === undefined) {
      throw new GoError(`go-jose/go-jose: unsupported elliptic curve '${key['crv'] ?? ''}'`)
    }
    const isPrivate = key['d'] !== undefined
    if (key['x'] === undefined || key['y'] === undefined) {
      throw new GoError(
        isPrivate
          ? 'go-jose/go-jose: invalid EC private key, missing x/y/d values'
          : 'go-jose/go-jose: invalid EC key, missing x/y values',
      )
    }
    const kind = isPrivate ? 'private' : 'public'
    for (const name of isPrivate ? ['x', 'y', 'd'] : ['x', 'y']) {
      if (Buffer.from(String(key[name]), 'base64url').length !== size) {
        throw new GoError(`go-jose/go-jose: invalid EC ${kind} key, wrong length for ${name}`)
      }
    }
    if (!isOnCurve(key)) {
      throw new GoError('go-jose/go-jose: invalid EC key, X/Y are not on declared curve')
    }
  },
  oct: (key) => {
    if (key['k'] === undefined)
      throw new GoError('go-jose/go-jose: invalid OCT (symmetric) key, missing k value')
  },
  OKP: (key) => {
    if (key['crv'] !== 'Ed25519' || key['x'] === undefined) {
      throw new GoError(`go-jose/go-jose: unknown curve ${key['crv'] ?? ''}'`)
    }
  },
}

const curveSizes: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

function isOnCurve({ kty, crv, x, y }: Jwk): boolean {
  try {
    createPublicKey({ format: 'jwk', key: { kty, crv, x, y } as JsonWebKey })
    return true
  } catch {
    return false
  }
}

function inOrder(key: Jwk): Jwk {
  const order = [...texts, ...numbers, 'x5c', ...certificates]
  const members = order.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]]))
  return Object.fromEntries(members)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  throw new GoError(`json: cannot unmarshal ${kindOf(value)} into Go value of type string`)
}

function isNumber(name: string): boolean {
  return numbers.some((number) => number === name)
}

function base64(text: string): string {
  const unpadded = text.replace(/=+$/, '')
  const illegal = unpadded.search(/[^A-Za-z0-9_-]/)
  const stray = unpadded.length % 4 === 1 ? unpadded.length - 1 : -1
  const at = illegal >= 0 ? illegal : stray
  if (at < 0) return unpadded
  throw new GoError(`illegal base64 data at input byte ${at}`)
}
