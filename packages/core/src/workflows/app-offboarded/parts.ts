import { RefusedError } from '../../errors.ts'
import type { IssuerTrust } from '../../issuers/index.ts'
import type { Metrics } from '../../ports/index.ts'
import type { Counts, Receipt } from '../../run/index.ts'

/** Of trusted issuers: grants that go, and grants on keys that came after the event. */
export function countTrust(issuers: readonly IssuerTrust[]): Counts {
  const count = (grants: (trust: IssuerTrust) => readonly unknown[]) =>
    issuers.reduce((sum, trust) => sum + grants(trust).length, 0)
  return {
    trusted_issuers: count(({ going }) => going),
    issuers_spared: count(({ newer }) => newer),
  }
}

/** What a person should know of grants that stay. */
export function notesOnTrust(issuers: readonly IssuerTrust[]): readonly string[] {
  const { issuers_spared: spared = 0 } = countTrust(issuers)
  return spared > 0
    ? [`grants of the issuers named that are newer than the event, and still trusted: ${spared}`]
    : []
}

/** Counts what is still trusted. */
export function measureTrust({ after: { issuers_spared = 0 } }: Receipt, metrics: Metrics): void {
  if (issuers_spared > 0) metrics.count('GrantsStillTrusted', issuers_spared)
}

/** Only what there is: empty means done. */
export function nonZero(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

/** @throws what kept a secret from being read: what passes with time before what never does */
export function requireAllRead(unread: readonly unknown[]): void {
  if (unread.length > 0) throw passing(unread) ?? unread[0]
}

/** Of what could not be read, an error that may pass by itself. */
export function passing(unread: readonly unknown[]): unknown {
  return unread.find((error) => !(error instanceof RefusedError))
}
