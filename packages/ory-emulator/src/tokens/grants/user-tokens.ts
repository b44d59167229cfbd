import { type OryError, serverError } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { ClientRow } from '../../state.ts'
import { includes } from '../client-metadata.ts'
import {
  type Claims,
  type Grant,
  halfHash,
  idToken,
  issueAccessToken,
  issueRefreshToken,
  type SigningKeys,
} from '../issue.ts'
import { type LifespanGrant, lifespanMs, roundedExpiry, secondsLeft } from '../lifespans.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { TokenResponse } from './grant-request.ts'

/** The shortest `state` and `nonce` Hydra takes for unguessable, in bytes. */
export const minimumEntropy = 8

export const insufficientEntropy: OryError = {
  status: 400,
  error: 'insufficient_entropy',
  description:
    'The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy.',
}

interface UserTokens {
  readonly ory: Ory
  readonly keys: SigningKeys
  readonly grant: Grant
  /** Which of the client's lifespans count. */
  readonly lifespans: LifespanGrant
  readonly mayRefresh: boolean
  /** When the refresh token before this one would expire. */
  readonly refreshExpiresAt?: number
  /** What this grant's ID token says, and none that follows it. */
  readonly own?: Claims
  /** Tokens that a seed gives by name; new ones otherwise. */
  readonly seeded?: {
    readonly accessToken?: string | undefined
    readonly refreshToken?: string | undefined
  }
}

/** The tokens of a grant a user gave: access token, refresh token where allowed, ID token with `openid`. */
export function userTokens(wanted: UserTokens): TokenResponse {
  const { ory, keys, grant, lifespans, mayRefresh, refreshExpiresAt, own, seeded } = wanted
  const { settings } = ory
  const lifespan = {
    access: lifespanMs(grant.client, lifespans, 'access_token', settings.accessTokenLifespanMs),
    refresh: lifespanMs(grant.client, lifespans, 'refresh_token', settings.refreshTokenLifespanMs),
    id: lifespanMs(grant.client, lifespans, 'id_token', settings.idTokenLifespanMs),
  }
  const expiresAt = roundedExpiry(ory.now(), lifespan.access)
  const accessToken = issueAccessToken(ory, keys, grant, expiresAt, seeded?.accessToken)
  const refreshToken = mayRefresh
    ? issueRefreshToken(
        ory,
        grant,
        refreshExpiry(ory.now(), lifespan.refresh, refreshExpiresAt),
        accessToken,
        seeded?.refreshToken,
      )
    : undefined
  return {
    access_token: accessToken,
    expires_in: secondsLeft(expiresAt, ory.now()),
    ...(keys.idToken && {
      id_token: idToken(ory, keys.idToken, {
        claims: grant.idTokenClaims,
        lifespan: lifespan.id,
        own: { ...own, at_hash: halfHash(accessToken) },
      }),
    }),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    scope: grant.scope.join(' '),
    token_type: 'bearer',
  }
}

/** A lifespan below zero sets no expiry: the one before stays, or there is none. */
function refreshExpiry(now: number, lifespan: number, before = Number.POSITIVE_INFINITY): number {
  return lifespan < 0 ? before : roundedExpiry(now, lifespan)
}

/** Whether the scope asks for a refresh token. */
export function allowsRefresh(scope: readonly string[]): boolean {
  return includes(scope, 'offline') || includes(scope, 'offline_access')
}

/**
 * Throws where no ID token could be issued for its lifespan is below zero. To be asked before
 * anything is spent: what fails later, Hydra takes back.
 */
export function checkIdTokenLifespan(
  { settings }: Ory,
  client: ClientRow,
  grant: LifespanGrant,
): void {
  const lifespan = lifespanMs(client, grant, 'id_token', settings.idTokenLifespanMs)
  if (lifespan < 0) throw new OAuth2Error(serverError)
}

/** Throws where an ID token could not be issued: without a subject, or with a nonce that is too short. */
export function checkNonce(row: {
  readonly scope: readonly string[]
  readonly idTokenClaims: Claims
}): void {
  if (!row.scope.includes('openid')) return
  const { nonce, sub } = row.idTokenClaims
  if (!sub) throw new OAuth2Error(serverError)
  if (typeof nonce !== 'string' || Buffer.byteLength(nonce) >= minimumEntropy) return
  throw new OAuth2Error(
    insufficientEntropy,
    `Parameter 'nonce' is set but does not satisfy the minimum entropy of ${minimumEntropy} characters.`,
  )
}
