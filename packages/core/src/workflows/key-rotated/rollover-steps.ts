import type { PublicJwk } from '../../events/index.ts'
import type { GrantTerms, IssuerGrant } from '../../issuers/index.ts'
import type { TrustOAuth2JwtGrantIssuerBody } from '../../ory/index.ts'
import { type Call, isoTime, type Step } from '../../run/index.ts'
import type { MissingTrust } from './rollover.ts'

/** Counts by which the steps are seen to be done. */
export type RolloverCount = 'grants_to_trust' | 'grants_on_retired_keys'

/** Whose key, and which. */
export interface NewKey {
  readonly issuer: string
  readonly jwk: PublicJwk
}

/** Trusts the new key: for what the event says, and for what siblings may do already. */
export function trusts(
  missing: readonly MissingTrust[],
  key: NewKey,
): readonly Step<RolloverCount>[] {
  const callsFor = (wanted: readonly MissingTrust[]) => wanted.map(({ terms }) => trust(terms, key))
  return [
    {
      key: 'trust',
      calls: callsFor(missing.filter(({ sibling }) => sibling === undefined)),
      by: 'kid',
      ends: [{ what: 'the new key not being trusted', evidence: { seenIn: 'grants_to_trust' } }],
    },
    {
      key: 'follow',
      calls: callsFor(missing.filter(({ sibling }) => sibling !== undefined)),
      by: 'sibling',
      ends: [
        {
          what: 'the new key not being trusted for siblings',
          evidence: { seenIn: 'grants_to_trust' },
        },
      ],
    },
  ]
}

function trust(terms: GrantTerms, key: NewKey): Call {
  return { op: 'trustOAuth2JwtGrantIssuer', params: { body: bodyOf(terms, key) } }
}

function bodyOf(
  { subject, scope, expiresAt }: GrantTerms,
  { issuer, jwk }: NewKey,
): TrustOAuth2JwtGrantIssuerBody {
  const terms = { issuer, scope, jwk: definedOnly(jwk), expires_at: isoTime(expiresAt) }
  return subject === undefined ? { ...terms, allow_any_subject: true } : { ...terms, subject }
}

/** Optional members that are absent are not sent. */
function definedOnly(jwk: PublicJwk): TrustOAuth2JwtGrantIssuerBody['jwk'] {
  const { use, alg, x5c, ...members } = jwk
  return {
    ...members,
    ...(use === undefined ? {} : { use }),
    ...(alg === undefined ? {} : { alg }),
    ...(x5c === undefined ? {} : { x5c }),
  }
}

/** Deletes one grant of each retired key, and by it the key with every grant that stands on it. */
export function retirements(standing: readonly IssuerGrant[]): Step<RolloverCount> {
  const oneOfEach = new Map(standing.map(({ kid, id }) => [kid, id]))
  return {
    key: 'retire',
    calls: [...oneOfEach.values()].map((id) => ({
      op: 'deleteTrustedOAuth2JwtGrantIssuer',
      params: { id },
    })),
    by: 'id',
    ends: [{ what: 'the retired keys', evidence: { seenIn: 'grants_on_retired_keys' } }],
  }
}
