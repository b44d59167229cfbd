import { createPrivateKey, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import { OryApiError } from '@lapse/core/errors'
import type { ClientAuthentication, Ory } from '@lapse/core/ory'
import type { Credential, PrivateJwk } from '@lapse/core/rotation'

/** Ory, and the URL it knows its token endpoint by. */
export interface TokenEndpoint {
  readonly ory: Ory
  readonly tokenEndpoint: string
}

/** An access token of the client's own. @throws OryApiError where Ory does not grant one */
export async function fetchToken(credential: Credential, at: TokenEndpoint): Promise<string> {
  const authentication = authenticationOf(credential, at)
  const { access_token } = await at.ory.oauth2TokenExchange({
    grant_type: 'client_credentials',
    ...authentication,
  })
  return access_token
}

/** What was granted; `undefined` where Ory says no, and nothing else than no. */
export async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof OryApiError && [400, 401].includes(error.status)) return undefined
    throw error
  }
}

/** Whether the client is granted a token. */
export async function isGranted(credential: Credential, at: TokenEndpoint): Promise<boolean> {
  return (await unlessRefused(fetchToken(credential, at))) !== undefined
}

function authenticationOf(
  credential: Credential,
  { tokenEndpoint }: TokenEndpoint,
): ClientAuthentication {
  const { client_id, client_secret, private_jwk } = credential
  if (private_jwk === undefined) return { basic: { client_id, client_secret } }
  const claims = { iss: client_id, sub: client_id, aud: tokenEndpoint }
  return { client_assertion: signAssertion(claims, private_jwk) }
}

/** An assertion, RFC 7523, signed with ES256 and good for one request within two minutes. */
export function signAssertion(claims: object, key: PrivateJwk): string {
  const iat = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'ES256', kid: key.kid },
    { ...claims, iat, exp: iat + 120, jti: randomUUID() },
  ]
  const signed = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(signed), {
    key: createPrivateKey({ key: key as JsonWebKey, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  })
  return `${signed}.${signature.toString('base64url')}`
}
