import type { JWK } from 'jose'
import { RotationError } from '../errors.ts'

/** What a client authenticates with, as its secret's value holds it. */
export type Credential = SecretCredential | KeyCredential

/** The value `{ "client_id": …, "client_secret": … }`. */
export interface SecretCredential {
  readonly client_id: string
  readonly client_secret: string
  readonly private_jwk?: never
}

/** The value `{ "client_id": …, "private_jwk": { … } }`; the key has a `kid`. */
export interface KeyCredential {
  readonly client_id: string
  readonly private_jwk: PrivateJwk
  readonly client_secret?: never
}

/** A private key as a JSON Web Key, RFC 7517, that says which of the client's keys it is. */
export type PrivateJwk = JWK & { readonly kid: string; readonly kty: string }

/**
 * Reads a secret's value.
 * @throws RotationError (`secret-shape`) that holds nothing of the value
 */
export function parseCredential(value: string): Credential {
  const { client_id, client_secret, private_jwk } = membersOf(value)
  if (!isText(client_id)) throw refused('has no client_id')
  if (client_secret !== undefined && private_jwk !== undefined)
    throw refused('has both a client_secret and a private_jwk')
  if (isText(client_secret)) return { client_id, client_secret }
  if (isPrivateJwk(private_jwk)) return { client_id, private_jwk }

  throw refused('has neither a client_secret nor a private_jwk with a kid')
}

/** The value of a secret that holds a credential. */
export function secretValueOf(credential: Credential): string {
  return JSON.stringify(credential)
}

/** Whether two values authenticate by the same secret, or the same key. */
export function isSameCredential(one: Credential, other: Credential): boolean {
  return (
    one.client_secret === other.client_secret && one.private_jwk?.kid === other.private_jwk?.kid
  )
}

function membersOf(value: string): Readonly<Record<string, unknown>> {
  const parsed = parse(value)
  if (typeof parsed !== 'object' || parsed === null) throw refused('is not a JSON object')
  return parsed as Readonly<Record<string, unknown>>
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isPrivateJwk(value: unknown): value is PrivateJwk {
  if (typeof value !== 'object' || value === null) return false
  const { kid, kty, d } = value as Readonly<Record<string, unknown>>
  return isText(kid) && isText(kty) && isText(d)
}

function refused(problem: string): RotationError {
  return new RotationError(
    'secret-shape',
    `the secret's value ${problem}; it has to be {"client_id", "client_secret"} or {"client_id", "private_jwk"}`,
  )
}
