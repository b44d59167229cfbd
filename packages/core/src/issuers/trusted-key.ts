import type { KeyRotated } from '../events/index.ts'
import type { Ledger, RowKey } from '../ports/index.ts'
import type { WorkflowRow } from '../run/index.ts'
import { type IssuerGrant, isNewerThan } from './issuer-grants.ts'

/** Which key was meant to be trusted under an issuer's `kid`; Ory itself never shows one again. */
export interface TrustedKeyRow {
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
  /** The idempotency key of the latest event that brought it. */
  readonly event: string
  /** That event's, RFC 3339. */
  readonly time: string
}

/** What the ledger says of the key under an issuer's `kid`. */
export interface KnownKey {
  readonly thumbprint: string
  /** Whether the event that brought it has not been worked off, and may be on its way still. */
  readonly pending: boolean
}

interface KeyServices {
  readonly trustedKeys: Ledger<TrustedKeyRow>
  readonly ledger: Ledger<WorkflowRow>
}

/** `undefined` where the key, if there is one, did not come by us. */
export async function knownKey(
  issuer: string,
  kid: string,
  { trustedKeys, ledger }: KeyServices,
): Promise<KnownKey | undefined> {
  const stored = await trustedKeys.read(keyOf(issuer, kid))
  if (stored === undefined) return undefined

  const { thumbprint, event } = stored.row
  const holder = await ledger.read({ workflow: 'key-rotated', event, pass: 'first' })
  return { thumbprint, pending: holder !== undefined && holder.row.receipt === undefined }
}

/**
 * Remembers which key is meant under a `kid`, before Ory is told; called while the issuer's lease is
 * held. It is kept for good: Ory never shows a key again.
 */
export async function rememberKey(
  issuer: string,
  kid: string,
  key: TrustedKeyRow,
  { trustedKeys }: Pick<KeyServices, 'trustedKeys'>,
): Promise<void> {
  const stored = await trustedKeys.read(keyOf(issuer, kid))
  const isKnown = stored?.row.thumbprint === key.thumbprint
  if (isKnown && !isLater(key.time, stored.row.time)) return

  await trustedKeys.write(keyOf(issuer, kid), key, stored?.version ?? 0, undefined)
}

/** When keys were brought last, whoever they are for: RFC 3339 by `kid`, of those that came by us. */
export type BroughtAt = ReadonlyMap<string, string>

/** What the ledger knows of an issuer's keys. */
export async function broughtAt(
  issuer: string,
  kids: readonly string[],
  { trustedKeys }: Pick<KeyServices, 'trustedKeys'>,
): Promise<BroughtAt> {
  const times = new Map<string, string>()
  for (const kid of new Set(kids)) {
    const stored = await trustedKeys.read(keyOf(issuer, kid))
    if (stored !== undefined) times.set(kid, stored.row.time)
  }
  return times
}

/** Whether a later event brought this key; `undefined` where no event is known that did. */
export function isBroughtLater(brought: BroughtAt, kid: string, time: string): boolean | undefined {
  const at = brought.get(kid)
  return at === undefined ? undefined : isLater(at, time)
}

/** Keys of these grants that an event of this time may mean by "others". */
export function olderKeys(
  grants: readonly IssuerGrant[],
  brought: BroughtAt,
  { jwk, time }: Pick<KeyRotated, 'jwk' | 'time'>,
): readonly string[] {
  const older = grants.filter(
    (grant) =>
      grant.kid !== jwk.kid &&
      !(isBroughtLater(brought, grant.kid, time) ?? isNewerThan(Date.parse(time), grant)),
  )
  return [...new Set(older.map(({ kid }) => kid))]
}

function isLater(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other)
}

function keyOf(issuer: string, kid: string): RowKey {
  return { workflow: 'trusted-key', event: `${issuer} ${kid}`, pass: 'thumbprint' }
}
