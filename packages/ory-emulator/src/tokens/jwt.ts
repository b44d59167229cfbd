import { constants, createPublicKey, sign, verify } from 'node:crypto'
import type { JWK } from 'jose'
import type { SigningKey } from './keys.ts'

/** A JWT in its parts, nothing verified. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** What was signed: the first two segments with the dot between them. */
  readonly signed: string
  readonly signature: Buffer
}

/**
 * Signs synchronously (RS256, RFC 7515), so that a grant is looked up, consumed and answered in one
 * turn of the event loop: Hydra's transaction, without a lock.
 */
export function signJwt(claims: Readonly<Record<string, unknown>>, key: SigningKey): string {
  const header = { alg: 'RS256', kid: key.kid, typ: 'JWT' }
  const signed = `${segment(header)}.${segment(sorted(claims))}`
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`
}

/** The members in alphabetical order, all the way down: how Go writes a map. */
export function sorted<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted) as Value
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)])) as Value
}

/** The parts of a compact JWT, or `undefined` where it is none. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  const [header = '', claims = '', signature = '', ...more] = token.split('.')
  const decodedHeader = jsonObject(header)
  const decodedClaims = jsonObject(claims)
  if (more.length > 0 || decodedHeader === undefined || decodedClaims === undefined)
    return undefined
  return {
    header: decodedHeader,
    claims: decodedClaims,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

/** Whether Ory verifies signatures of this JWS algorithm. */
export function isSupported(algorithm: string): boolean {
  return Object.hasOwn(algorithms, algorithm)
}

/** Whether the JWT was signed with the private half of `jwk`, in the algorithm its header names. */
export function isSignedBy(jwt: DecodedJwt, jwk: JWK): boolean {
  const algorithm = algorithms[String(jwt.header['alg'])]
  if (algorithm === undefined || algorithm.kty !== jwk.kty) return false
  try {
    const key = { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), ...algorithm.options }
    return verify(algorithm.hash, Buffer.from(jwt.signed), key, jwt.signature)
  } catch {
    return false
  }
}

const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}
const rawSignature = { dsaEncoding: 'ieee-p1363' } as const

/** JWS algorithms (RFC 7518 section 3.1) with what `node:crypto` needs to verify them. */
const algorithms: Readonly<
  Record<string, { readonly kty: string; readonly hash: string; readonly options: object }>
> = {
  RS256: { kty: 'RSA', hash: 'sha256', options: {} },
  RS384: { kty: 'RSA', hash: 'sha384', options: {} },
  RS512: { kty: 'RSA', hash: 'sha512', options: {} },
  PS256: { kty: 'RSA', hash: 'sha256', options: pss },
  PS384: { kty: 'RSA', hash: 'sha384', options: pss },
  PS512: { kty: 'RSA', hash: 'sha512', options: pss },
  ES256: { kty: 'EC', hash: 'sha256', options: rawSignature },
  ES384: { kty: 'EC', hash: 'sha384', options: rawSignature },
  ES512: { kty: 'EC', hash: 'sha512', options: rawSignature },
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function jsonObject(encoded: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString())
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}
