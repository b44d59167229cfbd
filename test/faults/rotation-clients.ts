import { randomUUID } from 'node:crypto'
import { OryApiError } from '@lapse/core/errors'
import type { OAuth2ClientBody, Ory } from '@lapse/core/ory'
import type { Credential, PrivateJwk } from '@lapse/core/rotation'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

/** A client and the value its secret has at first. */
export interface Rotated {
  readonly client_id: string
  readonly credential: Credential
}

/** Kinds of clients, by the strategy that they get where everything is supported. */
export type Kind = 'key-pair' | 'native' | 'native-post'

/** A key of somebody else's in the same client's set: to be left alone. */
export const foreignKid = 'not-ours'

export async function createRotated(
  kind: Kind,
  ory: Ory,
  registration: OAuth2ClientBody = {},
): Promise<Rotated> {
  const client_id = `${kind}-${randomUUID()}`
  const { body, credential } =
    kind === 'key-pair' ? await withKeys(client_id) : withSecret(client_id, kind)
  await ory.createOAuth2Client({
    body: { client_id, grant_types: ['client_credentials'], ...body, ...registration },
  })
  return { client_id, credential }
}

function withSecret(client_id: string, kind: Kind) {
  const client_secret = `first-secret-${randomUUID()}`
  const token_endpoint_auth_method =
    kind === 'native' ? ('client_secret_basic' as const) : ('client_secret_post' as const)
  const body: OAuth2ClientBody = { client_secret, token_endpoint_auth_method }
  return { body, credential: { client_id, client_secret } }
}

async function withKeys(client_id: string) {
  const private_jwk = await newKey(`first-${randomUUID()}`)
  const body: OAuth2ClientBody = {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [publicHalf(await newKey(foreignKid)), publicHalf(private_jwk)] },
  }
  return { body, credential: { client_id, private_jwk } }
}

export async function newKey(kid: string): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kty: String(jwk.kty), kid, use: 'sig', alg: 'ES256' }
}

export function publicHalf({ d: _d, ...key }: PrivateJwk) {
  const { kty, kid, crv, x, y } = key
  return { kty, kid, use: 'sig', alg: 'ES256', crv: String(crv), x: String(x), y: String(y) }
}

/** What is said to nobody: no log, row or follow-up may hold it. */
export function hiddenPartsOf({ client_secret, private_jwk }: Credential): readonly string[] {
  return [client_secret, private_jwk?.d].flatMap((part) => part ?? [])
}

/** Whether a client gets a token with a credential: asked as a consumer would, not as the canary does. */
export async function getsToken(
  credential: Credential,
  server: { readonly ory: Ory; readonly tokenEndpoint: string; readonly now: number },
  how: 'basic' | 'post' = 'basic',
): Promise<boolean> {
  try {
    const authentication = await authenticationOf(credential, server, how)
    await server.ory.oauth2TokenExchange({ grant_type: 'client_credentials', ...authentication })
    return true
  } catch (error) {
    if (error instanceof OryApiError && (error.status === 401 || error.status === 400)) return false
    throw error
  }
}

async function authenticationOf(
  credential: Credential,
  { tokenEndpoint, now }: { readonly tokenEndpoint: string; readonly now: number },
  how: 'basic' | 'post',
) {
  const { client_id, client_secret, private_jwk } = credential
  if (client_secret !== undefined)
    return how === 'post' ? { client_id, client_secret } : { basic: { client_id, client_secret } }

  const client_assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: String(private_jwk?.kid) })
    .setIssuer(client_id)
    .setSubject(client_id)
    .setAudience(tokenEndpoint)
    .setJti(randomUUID())
    .setExpirationTime(Math.floor(now / 1000) + 60)
    .sign(await importJWK(private_jwk as JWK, 'ES256'))
  return { client_assertion }
}
