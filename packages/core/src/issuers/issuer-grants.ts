import type { TrustedOAuth2JwtGrantIssuer } from '../ory/index.ts'
import type { Reading } from '../run/index.ts'

/** What a trusted issuer's grant allows. */
export interface GrantTerms {
  /** Absent where the issuer may speak for any subject. */
  readonly subject: string | undefined
  readonly scope: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** A grant as Ory lists it. Grants of the same issuer and `kid` stand on one key. */
export interface IssuerGrant extends GrantTerms {
  readonly id: string
  readonly kid: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Reads every page of an issuer's grants. */
export async function issuerGrants(
  issuer: string,
  { ory, signal }: Pick<Reading, 'ory' | 'signal'>,
): Promise<readonly IssuerGrant[]> {
  const listed = ory.listTrustedOAuth2JwtGrantIssuers(
    { issuer, page_size: 500 },
    signal === undefined ? {} : { signal },
  )
  const grants: IssuerGrant[] = []
  for await (const grant of listed) if (grant.issuer === issuer) grants.push(grantOf(grant))
  return grants
}

function grantOf(grant: TrustedOAuth2JwtGrantIssuer): IssuerGrant {
  const { id, subject, allow_any_subject, scope, public_key, expires_at, created_at } = grant
  return {
    id,
    kid: public_key?.kid ?? '',
    subject: allow_any_subject === true ? undefined : (subject ?? ''),
    scope: scope ?? [],
    expiresAt: Date.parse(expires_at ?? ''),
    createdAt: Date.parse(created_at ?? ''),
  }
}

/** Ory rounds times to whole seconds. */
const roundingMs = 1000

/** Whether two grants allow the same. */
export function sameTerms(one: GrantTerms, other: GrantTerms): boolean {
  return (
    one.subject === other.subject &&
    holds(one.scope, other.scope) &&
    holds(other.scope, one.scope) &&
    Math.abs(one.expiresAt - other.expiresAt) <= roundingMs
  )
}

/** Whether one grant allows at least what another does, for at least as long. */
export function covers(one: GrantTerms, other: GrantTerms): boolean {
  return holds(one.scope, other.scope) && one.expiresAt + roundingMs >= other.expiresAt
}

/** Whether every scope of `part` is in `whole`, letter by letter. */
export function holds(whole: readonly string[], part: readonly string[]): boolean {
  return part.every((scope) => whole.includes(scope))
}

/** Whether something was created after a time, as far as whole seconds can tell. */
export function isNewerThan(time: number, { createdAt }: IssuerGrant): boolean {
  return createdAt - roundingMs > time
}
