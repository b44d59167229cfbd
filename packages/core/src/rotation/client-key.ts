import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { RotationError } from '../errors.ts'
import type { JsonWebKey, OAuth2Client } from '../ory/index.ts'
import type { PrivateJwk } from './credential.ts'

/** What Ory verifies assertions with, and what it is when the client does not say. */
const algorithms = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
])
const defaultAlgorithm = 'RS256'
const leastModulusLength = 2048

/** The algorithm that Ory holds a client's assertions to. */
export function registeredAlgorithm({ token_endpoint_auth_signing_alg }: OAuth2Client): string {
  return token_endpoint_auth_signing_alg || defaultAlgorithm
}

/**
 * The same, where lapse makes keys for it.
 * @throws RotationError (`key-unusable`) where no key of ours could be used
 */
export function signingAlgorithm(client: OAuth2Client): string {
  const algorithm = registeredAlgorithm(client)
  if (algorithms.has(algorithm)) return algorithm
  throw new RotationError('key-unusable', `lapse makes no keys for the algorithm ${algorithm}`)
}

/** A new private key of the same make as another; its kid is its thumbprint, RFC 7638. */
export async function newPrivateJwk(
  algorithm: string,
  { n }: Partial<PrivateJwk>,
): Promise<PrivateJwk> {
  const bits = Buffer.from(n ?? '', 'base64url').length * 8
  const modulusLength = Math.max(leastModulusLength, bits)
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { ...jwk, kty: String(jwk.kty), kid, use: 'sig', alg: algorithm }
}

/** The public half of a key, as Ory wants it: with `use: "sig"`, or it finds no key at all. */
export function publicJwk({ kty, kid, crv, x, y, n, e, alg }: PrivateJwk): JsonWebKey {
  const members = { kty, kid, use: 'sig', alg, crv, x, y, n, e }
  return JSON.parse(JSON.stringify(members)) as JsonWebKey
}

/** Whether two keys are the same one, whatever they are called. */
export async function isSameKey(one: JsonWebKey, other: JsonWebKey): Promise<boolean> {
  const [first, second] = await Promise.all([thumbprint(one), thumbprint(other)])
  return first !== undefined && first === second
}

async function thumbprint({ x5c: _chain, ...key }: JsonWebKey): Promise<string | undefined> {
  try {
    return await calculateJwkThumbprint(key)
  } catch {
    // A key in the client's set may be of a kind that no thumbprint is defined for.
    return undefined
  }
}
