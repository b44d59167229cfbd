import { parseJson, readUtf8 } from '@lapse/core/events'
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { Heading } from './scheme.ts'

/** A JWT that came along as a bearer token, taken apart and not believed yet. */
export interface BearerJwt {
  readonly token: string
  readonly issuer: string
  readonly keyId: string
}

/** Whom a JWT has to be by and for. */
export interface JwtTerms {
  readonly keys: JSONWebKeySet
  readonly issuer: string
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What a JWT proves. It says nothing of the body that it came with. */
export interface JwtProof {
  readonly issuer: string
  /** Its `jti`: one for each request of an issuer. */
  readonly id: string
  /** When it was signed; milliseconds since the epoch. */
  readonly at: number
}

/** A way of telling requests by a JWT that its sender signs with a key of its own. */
export interface JwtScheme {
  /**
   * The JWT in a request's `Authorization`; `undefined` where nothing there could be one. Asks nobody
   * for anything.
   */
  readonly read: (heading: Pick<Heading, 'header'>) => BearerJwt | undefined
  /** @returns `undefined` for whatever these keys did not sign lately, by and for whom it has to be */
  readonly verify: (jwt: BearerJwt, terms: JwtTerms) => Promise<JwtProof | undefined>
}

/** In characters, of which Lambda takes some 10,000 in all headers. */
const longestToken = 8192

const mostLevels = 8

/** Signatures by a key pair: what a public key could be taken for a secret by is not among them. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA']

/** In seconds: how long after it was signed a JWT is taken, and how far apart clocks may be. */
const longestAge = 300
const clockTolerance = 60

const longestId = 256

/**
 * A JWT as bearer token (RFC 6750, RFC 8725): of one type, for one audience, no older than five
 * minutes, by a key of its issuer's that it names.
 */
export function signedJwt({ typ }: { readonly typ: string }): JwtScheme {
  return {
    read: ({ header }) => readBearer(header('authorization') ?? ''),
    async verify({ token, keyId }, { keys, issuer, audience, now }) {
      const named = { keys: keys.keys.filter(({ kid }) => kid === keyId) }
      try {
        const { payload } = await jwtVerify(token, createLocalJWKSet(named), {
          typ,
          algorithms,
          issuer,
          audience,
          maxTokenAge: longestAge,
          clockTolerance,
          currentDate: new Date(now),
          requiredClaims: ['exp', 'iat', 'jti'],
        })
        return proofOf(payload, issuer)
      } catch {
        // Why is nobody's business; and a key that cannot be used has verified nothing.
        return undefined
      }
    },
  }
}

/** A JWT that has another audience as well could be sent on by that one, with a body of its own. */
function proofOf({ aud, jti, iat }: JWTPayload, issuer: string): JwtProof | undefined {
  const isForOne = [aud].flat().length === 1
  const isOne = typeof jti === 'string' && jti !== '' && jti.length <= longestId
  return isForOne && isOne && iat !== undefined ? { issuer, id: jti, at: iat * 1000 } : undefined
}

function readBearer(authorization: string): BearerJwt | undefined {
  if (authorization.length > longestToken) return undefined
  const [, token = ''] = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? []
  const [header, payload, signature] = token.split('.')
  if (signature === undefined || bytesOf(signature) === undefined) return undefined

  const keyId = memberOf(header, 'kid')
  const issuer = memberOf(payload, 'iss')
  return keyId !== undefined && issuer !== undefined ? { token, keyId, issuer } : undefined
}

function memberOf(part: string | undefined, name: string): string | undefined {
  const bytes = bytesOf(part)
  const text = bytes && readUtf8(bytes)
  if (text === undefined) return undefined
  try {
    // A member twice is one thing to us and another to the sender.
    const value = parseJson(text, mostLevels)
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    const member: unknown = isObject ? (value as Record<string, unknown>)[name] : undefined
    return typeof member === 'string' && member !== '' ? member : undefined
  } catch {
    return undefined
  }
}

/** Only the one spelling that an encoder gives: of others, one of which a bit is another may read the same. */
function bytesOf(part: string | undefined): Buffer | undefined {
  const bytes = part === undefined ? undefined : Buffer.from(part, 'base64url')
  return bytes?.toString('base64url') === part ? bytes : undefined
}
