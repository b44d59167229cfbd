import {
  createHash,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'
import { rsaKeyOf, uuidOf } from './derived-keys.ts'

/** An RS256 key pair as Ory publishes it: the kid is a UUID, the use `sig`. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JWK
}

/** One server's secrets. Signing keys are made when they are first asked for: an RSA key costs tens of milliseconds. */
export interface Keys {
  /** Seals challenges and verifiers (AES-256). */
  readonly sealing: KeyObject
  /** The set `hydra.openid.id-token`: ID tokens, logout tokens, signed userinfo. */
  readonly idToken: () => Promise<SigningKey>
  /** The set `hydra.jwt.access-token`: access tokens of the strategy `jwt`. */
  readonly accessToken: () => Promise<SigningKey>
  /** Opaque tokens that a seed gave by name: genuine, though this server did not make them. */
  readonly seededTokens: Set<string>
}

/** Keys that nobody has; or, from a text, those that belong to it. */
export function newKeys(from?: string): Keys {
  const seededTokens = new Set<string>()
  if (from === undefined) {
    const [idToken, accessToken] = [once(newSigningKey), once(newSigningKey)]
    return { sealing: createSecretKey(randomBytes(32)), idToken, accessToken, seededTokens }
  }
  return {
    sealing: createSecretKey(createHash('sha256').update(from).digest()),
    idToken: once(async () => derivedKey(`${from}/id-token`)),
    accessToken: once(async () => derivedKey(`${from}/access-token`)),
    seededTokens,
  }
}

/** The keys of a server whose rows are gone: its secrets are configuration, and stay. */
export function keptKeys(keys: Keys): Keys {
  return { ...keys, seededTokens: new Set() }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}

async function newSigningKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return signingKey(privateKey, randomUUID())
}

function derivedKey(text: string): SigningKey {
  return signingKey(rsaKeyOf(text), uuidOf(text))
}

function signingKey(privateKey: KeyObject, kid: string): SigningKey {
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' })
  return { kid, privateKey, publicJwk: { use: 'sig', kty, kid, alg: 'RS256', n, e } as JWK }
}
