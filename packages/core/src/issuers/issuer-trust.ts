import type { Ledger } from '../ports/index.ts'
import type { Reading, Services } from '../run/index.ts'
import { type IssuerGrant, isNewerThan, issuerGrants } from './issuer-grants.ts'
import type { TrustedKeyRow } from './rows.ts'
import { type BroughtAt, broughtAt, isBroughtLater } from './trusted-key.ts'

/** What is trusted of an issuer, as an event that removes it finds it. */
export interface IssuerTrust {
  readonly issuer: string
  /** Grants that go with it. */
  readonly going: readonly IssuerGrant[]
  /** Grants on keys that came after the event: newer facts, which stay. */
  readonly newer: readonly IssuerGrant[]
}

interface TrustServices extends Services {
  readonly trustedKeys: Ledger<TrustedKeyRow>
}

/** Reads what is trusted of each of these issuers. @param time the event's, RFC 3339 */
export async function issuerTrusts(
  issuers: readonly string[],
  time: string,
  reading: Reading<TrustServices>,
): Promise<readonly IssuerTrust[]> {
  const trusts: IssuerTrust[] = []
  for (const issuer of new Set(issuers)) {
    const grants = await issuerGrants(issuer, reading)
    const kids = grants.map(({ kid }) => kid)
    const { services } = reading
    const brought = services ? await broughtAt(issuer, kids, services) : new Map()
    trusts.push({ issuer, ...parted(grants, brought, time) })
  }
  return trusts
}

/**
 * A key is as new as the event that brought it, where the ledger knows one; otherwise as the newest
 * of its grants. Ory deletes a key with all its grants, so it stays or goes as a whole.
 */
function parted(
  grants: readonly IssuerGrant[],
  brought: BroughtAt,
  time: string,
): Omit<IssuerTrust, 'issuer'> {
  const isNewer = (grant: IssuerGrant) =>
    isBroughtLater(brought, grant.kid, time) ?? isNewerThan(Date.parse(time), grant)
  const newKeys = new Set(grants.filter(isNewer).map(({ kid }) => kid))
  return {
    going: grants.filter(({ kid }) => !newKeys.has(kid)),
    newer: grants.filter(({ kid }) => newKeys.has(kid)),
  }
}

/** One grant of every key: with it Ory deletes the key, and with that every other grant on it. */
export function oneOfEachKey(grants: readonly IssuerGrant[]): readonly IssuerGrant[] {
  return [...new Map(grants.map((grant) => [grant.kid, grant])).values()]
}
