import { randomBytes, randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { RotationError } from '../errors.ts'
import type { KeyCredential } from './credential.ts'

/** Long enough for a clock that is a little off, and for the way. */
const lifetimeMs = 120_000

/** Who asks whom, and when. */
export interface AssertionTerms {
  readonly algorithm: string
  /** The URL of Ory's token endpoint, at whichever endpoint the assertion is used. */
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * A `client_assertion`, RFC 7523 section 3, good for one request: its `jti` is new. It has no
 * `iat`, which a server whose clock is behind ours would take for a mistake of its own.
 * @throws RotationError (`key-unusable`) where the key is none, or none for the algorithm
 */
export async function signAssertion(
  { client_id, private_jwk }: KeyCredential,
  { algorithm, audience, now }: AssertionTerms,
): Promise<string> {
  const assertion = new SignJWT({})
    .setProtectedHeader({ alg: algorithm, kid: private_jwk.kid })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setAudience(audience)
    .setJti(randomUUID())
    .setExpirationTime(Math.floor((now + lifetimeMs) / 1000))
  try {
    return await assertion.sign(await importJWK(private_jwk, algorithm))
  } catch {
    // What failed may hold parts of the key.
    throw new RotationError('key-unusable', `the key of the secret cannot sign by ${algorithm}`)
  }
}

/** The same assertion as somebody without the key would make it. */
export function forged(assertion: string): string {
  const [header, claims, signature = ''] = assertion.split('.')
  const { length } = Buffer.from(signature, 'base64url')
  return [header, claims, randomBytes(length).toString('base64url')].join('.')
}
