import {
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

/** An RS256 key pair as Ory publishes it: the kid is a UUID, the use `sig`. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
}

/** One server's secrets. Signing keys are made when they are first asked for: an RSA key costs tens of milliseconds. */
export interface Keys {
  /** Seals challenges and verifiers (AES-256). */
  readonly sealing: Buffer
  /** The set `hydra.openid.id-token`: ID tokens, logout tokens, signed userinfo. */
  readonly idToken: () => Promise<SigningKey>
  /** The set `hydra.jwt.access-token`: access tokens of the strategy `jwt`. */
  readonly accessToken: () => Promise<SigningKey>
}

export function newKeys(): Keys {
  return { sealing: randomBytes(32), idToken: lazyKey(), accessToken: lazyKey() }
}

function lazyKey(): () => Promise<SigningKey> {
  let key: Promise<SigningKey> | undefined
  return () => {
    key ??= newSigningKey()
    return key
  }
}

async function newSigningKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const kid = randomUUID()
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { kid, privateKey, publicJwk: { use: 'sig', kty, kid, alg: 'RS256', n, e } as JWK }
}
