import type { PublicJwk } from '../events/index.ts'
import type { TrustOAuth2JwtGrantIssuerBody } from '../ory/index.ts'
import type { GrantTerms, IssuerGrant } from './issuer-grants.ts'
import { isoTime } from './receipt.ts'
import type { MissingTrust } from './rollover.ts'
import type { Step } from './step.ts'

/** Counts by which the steps are seen to be done. */
export type RolloverCount = 'grants_to_trust' | 'grants_on_retired_keys'

/** Whose key, and which. */
export interface NewKey {
  readonly issuer: string
  readonly jwk: PublicJwk
}

/** Trusts the new key: for what the event says, or for what a sibling may do already. */
export function trust({ terms, sibling }: MissingTrust, key: NewKey): Step<RolloverCount> {
  return {
    key: sibling === undefined ? 'trust' : `follow ${sibling.id}`,
    call: { op: 'trustOAuth2JwtGrantIssuer', params: { body: bodyOf(terms, key) } },
    by: sibling === undefined ? 'kid' : 'sibling',
    ends: [
      {
        what:
          sibling === undefined
            ? 'the new key not being trusted'
            : 'the new key not being trusted for siblings',
        evidence: { seenIn: 'grants_to_trust' },
      },
    ],
  }
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
export function retirements(standing: readonly IssuerGrant[]): readonly Step<RolloverCount>[] {
  const oneOfEach = new Map(standing.map(({ kid, id }) => [kid, id]))
  return [...oneOfEach].map(([kid, id]) => retirement(kid, id))
}

function retirement(kid: string, id: string): Step<RolloverCount> {
  return {
    key: `retire ${kid}`,
    call: { op: 'deleteTrustedOAuth2JwtGrantIssuer', params: { id } },
    by: 'id',
    ends: [{ what: 'the retired keys', evidence: { seenIn: 'grants_on_retired_keys' } }],
  }
}
