import { invalidGrant, type OryError } from '../../errors.ts'
import type { Ory } from '../../ory.ts'
import type { Claims } from '../issue.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { tokenUrls } from '../token-urls.ts'
import { isJtiUsed } from '../used-jtis.ts'

/** `oauth2.grant.jwt.max_ttl` at Ory's default, in seconds. */
const maximumAge = 720 * 3600

const jtiKnown: OryError = {
  status: 400,
  error: 'jti_known',
  description: 'The jti was already used.',
}

/** What of an assertion's claims is used once they have been checked. */
export interface AssertionClaims {
  readonly iss: string
  readonly sub: string
  readonly jti: string
  /** Seconds. */
  readonly exp: number
  readonly aud: readonly string[]
}

export interface VerifiedAssertion extends AssertionClaims {
  readonly trustedScope: readonly string[]
}

/** Checks an assertion's claims (RFC 7523 section 3) in Ory's order; signature, `iss`, `sub` are known. */
export function checkAssertionClaims(claims: Claims, ory: Ory): AssertionClaims {
  const aud = audience(claims, ory)
  const exp = expiry(claims, ory)
  const jti = unusedJti(claims, ory)
  return { iss: String(claims['iss']), sub: String(claims['sub']), jti, exp, aud }
}

function refused(rest: string): OAuth2Error {
  return new OAuth2Error(invalidGrant, `The JWT in "assertion" request parameter ${rest}`)
}

function audience(claims: Claims, ory: Ory): string[] {
  const aud = [claims['aud']].flat().filter((value) => typeof value === 'string')
  if (aud.length === 0) throw refused('MUST contain an "aud" (audience) claim.')
  const urls = tokenUrls(ory)
  if (aud.some((value) => urls.includes(value))) return aud
  throw refused(
    `MUST contain an "aud" (audience) claim containing a value "${urls.join('" or "')}" that identifies the authorization server as an intended audience.`,
  )
}

function expiry(claims: Claims, ory: Ory): number {
  const { exp, nbf, iat } = claims
  const now = ory.now()
  if (typeof exp !== 'number') throw refused('MUST contain an "exp" (expiration time) claim.')
  if (exp * 1000 < now) throw refused('expired.')
  if (typeof nbf === 'number' && nbf * 1000 >= now) {
    throw refused(
      `contains an "nbf" (not before) claim, that identifies the time '${rfc3339(nbf)}' before which the token MUST NOT be accepted.`,
    )
  }
  if (typeof iat !== 'number') throw refused('MUST contain an "iat" (issued at) claim.')
  if (exp - iat <= maximumAge) return exp
  throw refused(
    `contains an "exp" (expiration time) claim with value "${rfc3339(exp)}" that is unreasonably far in the future, considering token issued at "${rfc3339(iat)}".`,
  )
}

function unusedJti(claims: Claims, ory: Ory): string {
  const { jti } = claims
  if (typeof jti !== 'string' || jti === '') {
    throw refused('MUST contain an "jti" (JWT ID) claim.')
  }
  if (isJtiUsed(ory, jti)) throw new OAuth2Error(jtiKnown)
  return jti
}

function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
