import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import type { RevocationIssuer } from '../revocation/issuer.ts'

/** Where the doorway takes Global Token Revocation. */
export const url = 'https://door.example/webhooks/global-token-revocation'

/** In seconds: when the doorway starts. */
const startSeconds = 1_767_323_045

type Members = Readonly<Record<string, unknown>>

/** An identity provider, whose JWTs are made from their specification and not with the library. */
export interface Issuer {
  readonly trusted: RevocationIssuer
  readonly keys: JSONWebKeySet
  readonly publicKey: KeyObject
  /** A JWT in which members are changed, or left out where they are `undefined`. */
  readonly sign: (input: string) => Buffer
  readonly jwt: (changes?: Changes) => string
  readonly headers: (changes?: Changes) => Readonly<Record<string, string>>
}

/** What of a JWT is another than it should be. */
export interface Changes {
  readonly header?: Members
  readonly payload?: Members
  /** Signs the first two parts; the issuer's key unless given. */
  readonly sign?: (input: string) => Buffer
}

/** An issuer that may speak for one subject's issuer and one domain. */
export function issuerOf(issuer: string, keyId: string): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  const signRs256 = (input: string) => sign('sha256', Buffer.from(input), privateKey)
  const jwt = ({ header = {}, payload = {}, sign: by = signRs256 }: Changes = {}) => {
    const input = [
      { alg: 'RS256', typ: 'global-token-revocation+jwt', kid: keyId, ...header },
      {
        iss: issuer,
        aud: url,
        jti: 'jwt-1',
        iat: startSeconds,
        exp: startSeconds + 300,
        ...payload,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${input}.${by(input).toString('base64url')}`
  }
  return {
    trusted: {
      issuer,
      jwksUri: `${issuer}/oauth2/v1/keys`,
      subjectIssuers: ['https://login.acme.example/'],
      emailDomains: ['acme.example'],
    },
    keys: { keys: [{ ...jwk, kty: 'RSA', kid: keyId, use: 'sig', alg: 'RS256' }] },
    publicKey,
    sign: signRs256,
    jwt,
    headers: (changes) => ({ authorization: `Bearer ${jwt(changes)}` }),
  }
}

export const okta = issuerOf('https://acme.okta.com', 'key-1')
/** The same name and the same key id, and another key. */
export const impostor = issuerOf('https://acme.okta.com', 'key-1')

/** What a public key signs as where it is taken for a secret. */
export function hs256(secret: string | Buffer): (input: string) => Buffer {
  return (input) => createHmac('sha256', secret).update(input).digest()
}
