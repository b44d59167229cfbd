import { constants, createPublicKey, sign, verify } from 'node:crypto'
import type { JWK } from 'jose'
import { GoError } from '../go/go-error.ts'
import { decodeJwk, isValidJwk } from '../go/jwk.ts'
import type { SigningKey } from './keys.ts'

/** A JWT in its parts, nothing verified. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>
  /** `undefined` where the payload is not a JSON object. */
  readonly claims: Readonly<Record<string, unknown>> | undefined
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

/** The parts of a compact JWS, or `undefined` where go-jose cannot parse it. */
export function decodeJwt(token: string): DecodedJwt | undefined {
  try {
    return parseJwt(token)
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

/** @throws GoError as go-jose words it, but for what is wrong with a header. */
export function parseJwt(token: string): DecodedJwt {
  const parts = token.replace(/\s/g, '').split('.')
  if (parts.length !== 3) {
    throw new GoError('go-jose/go-jose: compact JWS format must have three parts')
  }
  const [header, payload, signature] = parts.map(decodedPart) as [Buffer, Buffer, Buffer]
  const members = header.length === 0 ? {} : jsonObject(header)
  if (members === undefined || !isReadable(members)) {
    throw new GoError('go-jose/go-jose: the header cannot be read')
  }
  return {
    header: members,
    claims: jsonObject(payload),
    signed: `${header.toString('base64url')}.${payload.toString('base64url')}`,
    signature,
  }
}

/** Unpadded base64url; padding at the end is let pass. */
function decodedPart(part: string): Buffer {
  const digits = part.replace(/=+$/, '')
  const illegal = digits.search(/[^A-Za-z0-9_-]/)
  if (illegal < 0 && digits.length % 4 !== 1) return Buffer.from(digits, 'base64url')
  const at = illegal < 0 ? digits.length - 1 : illegal
  throw new GoError(`illegal base64 data at input byte ${at}`)
}

/** Whether the members of a header that go-jose reads are what they have to be, or not there. */
function isReadable(header: Readonly<Record<string, unknown>>): boolean {
  const { jwk } = header
  return (
    ['alg', 'kid', 'nonce'].every((name) => typeof (header[name] ?? '') === 'string') &&
    (jwk === undefined || jwk === null || isPublicKey(jwk))
  )
}

function isPublicKey(value: unknown): boolean {
  try {
    const key = decodeJwk(value)
    return isValidJwk(key) && key['d'] === undefined
  } catch {
    return false
  }
}

/** The algorithm a JWT names; `''` where it names none. */
export function algorithmOf({ header }: DecodedJwt): string {
  return String(header['alg'] ?? '')
}

/** The key a JWT names; `undefined` where it names none. */
export function keyIdOf({ header }: DecodedJwt): string | undefined {
  return (header['kid'] as string | null | undefined) || undefined
}

/** Whether Ory verifies signatures of this JWS algorithm. */
export function isSupported(algorithm: string): boolean {
  return Object.hasOwn(algorithms, algorithm)
}

/** Whether the JWT was signed with the private half of `jwk`, in the algorithm its header names. */
export function isSignedBy(jwt: DecodedJwt, jwk: JWK): boolean {
  const algorithm = algorithms[algorithmOf(jwt)]
  if (algorithm === undefined || algorithm.kty !== jwk.kty) return false
  if (algorithm.crv !== undefined && algorithm.crv !== jwk.crv) return false
  if (!understandsCritical(jwt)) return false
  try {
    const key = { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), ...algorithm.options }
    return verify(algorithm.hash, Buffer.from(jwt.signed), key, jwt.signature)
  } catch {
    return false
  }
}

/** What a header calls critical has to be understood (RFC 7515 section 4.1.11); go-jose knows one such member. */
function understandsCritical({ header }: DecodedJwt): boolean {
  const critical = header['crit'] ?? []
  return Array.isArray(critical) && critical.every((name) => name === 'b64')
}

const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}
const rawSignature = { dsaEncoding: 'ieee-p1363' } as const

/** JWS algorithms (RFC 7518 section 3.1) with what `node:crypto` needs to verify them. */
const algorithms: Readonly<
  Record<
    string,
    { readonly kty: string; readonly crv?: string; readonly hash: string; readonly options: object }
  >
> = {
  RS256: { kty: 'RSA', hash: 'sha256', options: {} },
  RS384: { kty: 'RSA', hash: 'sha384', options: {} },
  RS512: { kty: 'RSA', hash: 'sha512', options: {} },
  PS256: { kty: 'RSA', hash: 'sha256', options: pss },
  PS384: { kty: 'RSA', hash: 'sha384', options: pss },
  PS512: { kty: 'RSA', hash: 'sha512', options: pss },
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256', options: rawSignature },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384', options: rawSignature },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512', options: rawSignature },
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function jsonObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}
