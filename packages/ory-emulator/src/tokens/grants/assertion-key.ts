import type { JWK } from 'jose'
import { invalidGrant } from '../../errors.ts'
import { isUnreadable } from '../../issuers/trust.ts'
import type { Ory } from '../../ory.ts'
import { issuerKey, type TrustedIssuerRow } from '../../state.ts'
import { type DecodedJwt, isSignedBy, keyIdOf } from '../jwt.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { ReadClaims } from './assertion-claims.ts'

/**
 * The trust whose key signed the assertion. With a `kid` an expired trust counts all the same, a
 * known defect of Hydra; without one the unexpired trusts are tried, the newest first.
 */
export function trustedKeyOf(
  jwt: DecodedJwt,
  { iss, sub }: Pick<ReadClaims, 'iss' | 'sub'>,
  ory: Ory,
): TrustedIssuerRow {
  if (iss === '') throw missing('an "iss" (issuer)')
  if (sub === '') throw missing('a "sub" (subject)')

  const candidates = trusts(ory, iss, sub)
  const kid = keyIdOf(jwt)
  if (kid !== undefined) {
    const trust = candidates.find((row) => row.kid === kid)
    const key = trust && publicKey(ory, trust)
    if (trust === undefined || key === undefined) throw noKey(iss, sub)
    if (isSignedBy(jwt, key)) return trust
    throw new OAuth2Error(invalidGrant, "Unable to verify the integrity of the 'assertion' value.")
  }

  const trust = candidates
    .filter((row) => row.expiresAt > ory.now())
    .sort((a, b) => b.createdAt - a.createdAt)
    .find((row) => {
      const key = publicKey(ory, row)
      return key !== undefined && isSignedBy(jwt, key)
    })
  if (trust === undefined) throw noKey(iss, sub)
  return trust
}

function trusts(ory: Ory, issuer: string, subject: string): TrustedIssuerRow[] {
  return [...ory.state.trustedIssuers.values()].filter(
    (row) => row.issuer === issuer && (row.allowAnySubject || row.subject === subject),
  )
}

function publicKey(ory: Ory, row: TrustedIssuerRow): JWK | undefined {
  const key = ory.state.trustedKeys.get(issuerKey(row.issuer, row.kid))
  return isUnreadable(key) ? undefined : key
}

function missing(claim: string): OAuth2Error {
  return new OAuth2Error(
    invalidGrant,
    `The JWT in "assertion" request parameter MUST contain ${claim} claim.`,
  )
}

function noKey(issuer: string, subject: string): OAuth2Error {
  return new OAuth2Error(
    invalidGrant,
    `No public JWK was registered for issuer "${issuer}" and subject "${subject}", and public key is required to check signature of JWT in "assertion" request parameter.`,
  )
}
