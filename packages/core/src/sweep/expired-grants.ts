import { LeaseHeldError, LedgerConflictError } from '../errors.ts'
import { type LeaseRow, withIssuerLease } from '../leases/index.ts'
import type { Ory, TrustedOAuth2JwtGrantIssuer } from '../ory/index.ts'
import type { Ledger } from '../ports/index.ts'
import type { Allowance, Finding } from './sweep.ts'

interface GrantServices {
  readonly ory: Ory
  readonly clock: { now(): number }
  readonly leases: Ledger<LeaseRow>
  readonly protectedIssuers: readonly string[]
}

/**
 * Deletes trusted grants that have expired: Ory may go on accepting them. One grant takes every
 * other on the same issuer and `kid` with it, so only a key whose grants have all expired goes.
 *
 * @returns the keys that had to stay, and those of protected issuers
 */
export async function deleteExpiredGrants(
  { ory, clock, leases, protectedIssuers }: GrantServices,
  { deadline, signal }: Allowance,
): Promise<readonly Finding[]> {
  const options = signal === undefined ? {} : { signal }
  const listed = await Array.fromAsync(
    ory.listTrustedOAuth2JwtGrantIssuers({ page_size: 500 }, options),
  )
  const kept: Finding[] = []
  for (const grants of Map.groupBy(listed, keyOf).values()) {
    const expired = grants.filter((grant) => hasExpired(grant, clock.now()))
    if (expired.length === 0) continue
    const [{ issuer, public_key }] = grants as [TrustedOAuth2JwtGrantIssuer]
    if (expired.length < grants.length || protectedIssuers.includes(issuer)) {
      kept.push({ issuer, kid: public_key?.kid, expired: expired.length, grants: grants.length })
      continue
    }
    const remove = async () => {
      for (const { id } of await stillExpired(ory, grants, clock.now(), options))
        await ory.deleteTrustedOAuth2JwtGrantIssuer({ id }, options).catch(unlessGone)
    }
    await withIssuerLease(issuer, { ledger: leases, clock }, deadline, remove).catch(unlessBusy)
  }
  return kept
}

/** An issuer that somebody else is at work on is left to the next sweep, and stops no other. */
function unlessBusy(error: unknown): void {
  if (!(error instanceof LeaseHeldError || error instanceof LedgerConflictError)) throw error
}

/** Looks once more with the issuer's lease in hand: a grant may have been trusted on this key. */
async function stillExpired(
  ory: Ory,
  grants: readonly TrustedOAuth2JwtGrantIssuer[],
  now: number,
  options: object,
): Promise<readonly TrustedOAuth2JwtGrantIssuer[]> {
  const [first] = grants as readonly [TrustedOAuth2JwtGrantIssuer]
  const listed = await Array.fromAsync(
    ory.listTrustedOAuth2JwtGrantIssuers({ issuer: first.issuer, page_size: 500 }, options),
  )
  const onKey = listed.filter((grant) => keyOf(grant) === keyOf(first))
  return onKey.every((grant) => hasExpired(grant, now)) ? onKey : []
}

function keyOf({ issuer, public_key }: TrustedOAuth2JwtGrantIssuer): string {
  return JSON.stringify([issuer, public_key?.kid])
}

function hasExpired({ expires_at }: TrustedOAuth2JwtGrantIssuer, now: number): boolean {
  return Date.parse(expires_at ?? '') <= now
}

/** The cascade of an earlier deletion may have taken it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Object && 'rowMissing' in error && error.rowMissing === true)) throw error
}
