import { createHash, randomUUID } from 'node:crypto'
import { serverError } from '../errors.ts'
import type { Ory } from '../ory.ts'
import type { ClientRow } from '../state.ts'
import { includes, text } from './client-metadata.ts'
import { signJwt } from './jwt.ts'
import type { SigningKey } from './keys.ts'
import { OAuth2Error } from './oauth2-error.ts'
import { accessTokenDigest, newOpaqueToken, opaqueDigest } from './opaque.ts'

export type Claims = Readonly<Record<string, unknown>>

/** What the tokens of one grant have in common. */
export interface Grant {
  readonly requestId: string
  readonly client: ClientRow
  readonly subject: string
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  readonly ext: Claims
  /** Without a user there is no more than who issued it and when. */
  readonly idTokenClaims: Claims
}

/** The keys an answer may need. They are awaited before a grant is touched; the rest is synchronous. */
export interface SigningKeys {
  readonly accessToken: SigningKey | undefined
  readonly idToken: SigningKey | undefined
}

export async function signingKeys(
  ory: Ory,
  client: ClientRow,
  scope: readonly string[],
): Promise<SigningKeys> {
  const { keys } = ory.state
  const [accessToken, idToken] = await Promise.all([
    accessTokenStrategy(ory, client) === 'jwt' ? keys.accessToken() : undefined,
    includes(scope, 'openid') ? keys.idToken() : undefined,
  ])
  return { accessToken, idToken }
}

/** Scope and audience as a row gives them back: joined by pipes, and taken apart wherever one stands. */
export function asStored<Lists extends Pick<Grant, 'scope' | 'audience'>>(lists: Lists): Lists {
  return { ...lists, scope: throughColumn(lists.scope), audience: throughColumn(lists.audience) }
}

function throughColumn(list: readonly string[]): readonly string[] {
  const joined = list.join('|')
  return joined === '' ? [] : joined.split('|')
}

/** Issues and stores an access token, opaque or JWT as the client or the server has it; `seeded` instead of one of our own. */
export function issueAccessToken(
  ory: Ory,
  keys: SigningKeys,
  grant: Grant,
  expiresAt: number,
  seeded?: string,
): string {
  const token = seeded ?? newAccessToken(ory, keys, grant, expiresAt)
  const { client, ...shared } = grant
  const digest = accessTokenDigest(token)
  const issuedAt = ory.now()
  ory.state.accessTokens.set(digest, {
    ...asStored(shared),
    digest,
    clientId: client.client_id,
    issuedAt,
    expiresAt,
  })
  return token
}

function newAccessToken(ory: Ory, keys: SigningKeys, grant: Grant, expiresAt: number): string {
  return keys.accessToken === undefined
    ? newOpaqueToken(ory.state.keys, 'ory_at')
    : signJwt(accessTokenClaims(ory, grant, expiresAt), keys.accessToken)
}

/** Issues and stores a refresh token; always opaque. */
export function issueRefreshToken(
  ory: Ory,
  grant: Grant,
  expiresAt: number,
  accessToken: string,
  seeded?: string,
): string {
  const token = seeded ?? newOpaqueToken(ory.state.keys, 'ory_rt')
  const { client, ...shared } = grant
  const digest = opaqueDigest(token)
  const issuedAt = ory.now()
  ory.state.refreshTokens.set(digest, {
    ...asStored(shared),
    digest,
    clientId: client.client_id,
    issuedAt,
    expiresAt,
    active: true,
    firstUsedAt: undefined,
    usedTimes: 0,
    accessTokenDigest: accessTokenDigest(accessToken),
  })
  return token
}

/** How long an ID token lives whose lifespan is zero. */
const zeroLifespan = 3_600_000

/** An ID token from a session's claims; `own` is what it says alone, its hashes above all. Throws {@link OAuth2Error} for a lifespan below zero. */
export function idToken(
  ory: Ory,
  key: SigningKey,
  session: { readonly claims: Claims; readonly lifespan: number; readonly own: Claims },
): string {
  if (session.lifespan < 0) throw new OAuth2Error(serverError)
  const iat = Math.floor(ory.now() / 1000)
  const exp = Math.floor((ory.now() + (session.lifespan || zeroLifespan)) / 1000)
  const jti = randomUUID()
  return signJwt({ ...session.claims, ...session.own, jti, iat, exp }, key)
}

/** `at_hash` or `c_hash` (OpenID Connect Core section 3.1.3.6): the left half of the SHA-256. */
export function halfHash(value: string): string {
  return createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')
}

/** What the client has of its own, or else the server's: `jwt` or `opaque`. */
export function accessTokenStrategy(ory: Ory, client: ClientRow): string {
  return text(client, 'access_token_strategy') || ory.settings.accessTokenStrategy
}

/** What an access token's session holds where no user granted it. */
export function machineClaims(ory: Ory): Claims {
  return { iss: ory.settings.issuer, iat: Math.floor(ory.now() / 1000) }
}

function accessTokenClaims(ory: Ory, grant: Grant, expiresAt: number): Claims {
  const iat = Math.floor(ory.now() / 1000)
  return {
    aud: grant.audience,
    client_id: grant.client.client_id,
    exp: Math.floor(expiresAt / 1000),
    ext: grant.ext,
    iat,
    iss: ory.settings.issuer,
    jti: randomUUID(),
    nbf: iat,
    scp: grant.scope,
    sub: grant.subject,
  }
}
