import { invalidGrant, type OryError } from '../../errors.ts'
import { goRfc3339 } from '../../go/time.ts'
import type { Ory } from '../../ory.ts'
import type { Claims } from '../issue.ts'
import { wholeSeconds } from '../jwt-times.ts'
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

/** An assertion's claims as go-jose decodes them: an absent text is `''`, an absent time `undefined`. */
export interface ReadClaims {
  readonly iss: string
  readonly sub: string
  readonly jti: string
  readonly aud: readonly string[]
  /** Seconds. */
  readonly exp: number | undefined
  readonly nbf: number | undefined
  readonly iat: number | undefined
}

/** Throws {@link OAuth2Error} where a claim is not of its type: nothing else is looked at then. */
export function readAssertionClaims(claims: Claims | undefined): ReadClaims {
  const { iss, sub, jti, aud, exp, nbf, iat } = claims ?? {}
  const isRead =
    claims !== undefined &&
    [iss, sub, jti].every((claim) => typeof (claim ?? '') === 'string') &&
    [exp, nbf, iat].every((claim) => typeof (claim ?? 0) === 'number') &&
    (aud === undefined || isAudience(aud))
  if (!isRead) {
    throw new OAuth2Error(
      invalidGrant,
      'Looks like there are no claims in JWT in "assertion" request parameter.',
    )
  }
  return {
    iss: String(iss ?? ''),
    sub: String(sub ?? ''),
    jti: String(jti ?? ''),
    aud: [aud ?? []].flat() as string[],
    exp: wholeSeconds(exp),
    nbf: wholeSeconds(nbf),
    iat: wholeSeconds(iat),
  }
}

function isAudience(aud: unknown): boolean {
  return (
    typeof aud === 'string' || (Array.isArray(aud) && aud.every((one) => typeof one === 'string'))
  )
}

/** Checks an assertion's claims (RFC 7523 section 3) in Ory's order; signature, `iss`, `sub` are known. */
export function checkAssertionClaims(claims: ReadClaims, ory: Ory): AssertionClaims {
  const { iss, sub, aud, jti } = claims
  checkAudience(claims, ory)
  const exp = expiry(claims, ory)
  if (jti === '') throw refused('MUST contain an "jti" (JWT ID) claim.')
  if (isJtiUsed(ory, jti)) throw new OAuth2Error(jtiKnown)
  return { iss, sub, jti, exp, aud }
}

function refused(rest: string): OAuth2Error {
  return new OAuth2Error(invalidGrant, `The JWT in "assertion" request parameter ${rest}`)
}

function checkAudience({ aud }: ReadClaims, ory: Ory): void {
  if (aud.length === 0) throw refused('MUST contain an "aud" (audience) claim.')
  const urls = tokenUrls(ory)
  if (aud.some((value) => urls.includes(value))) return
  throw refused(
    `MUST contain an "aud" (audience) claim containing a value "${urls.join('" or "')}" that identifies the authorization server as an intended audience.`,
  )
}

function expiry({ exp, nbf, iat }: ReadClaims, ory: Ory): number {
  const now = ory.now()
  if (exp === undefined) throw refused('MUST contain an "exp" (expiration time) claim.')
  if (exp * 1000 < now) throw refused('expired.')
  if (nbf !== undefined && nbf * 1000 >= now) {
    throw refused(
      `contains an "nbf" (not before) claim, that identifies the time '${goRfc3339(nbf)}' before which the token MUST NOT be accepted.`,
    )
  }
  if (iat === undefined) throw refused('MUST contain an "iat" (issued at) claim.')
  if (exp - iat <= maximumAge) return exp
  throw refused(
    `contains an "exp" (expiration time) claim with value "${goRfc3339(exp)}" that is unreasonably far in the future, considering token issued at "${goRfc3339(iat)}".`,
  )
}
