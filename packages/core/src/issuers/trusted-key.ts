import { inLanes } from '../concurrency.ts'
import type { KeyRotated } from '../events/index.ts'
import type { Ledger, RowKey } from '../ports/index.ts'
import type { WorkflowRow } from '../run/index.ts'
import { type IssuerGrant, isNewerThan } from './issuer-grants.ts'
import { removalSince } from './removed-issuer.ts'
import type { BroughtKey, TrustedKeyRow } from './rows.ts'

/** Reads of the ledger that are made at the same time. */
const readsAtATime = 16

/** What the ledger says of the key under an issuer's `kid`. */
export interface KnownKey {
  readonly thumbprint: string
  /** Whether the event that brought it has not been processed, and may be on its way still. */
  readonly pending: boolean
}

interface KeyServices {
  readonly trustedKeys: Ledger<TrustedKeyRow>
  readonly ledger: Ledger<WorkflowRow>
}

/**
 * `undefined` where the key, if there is one, did not come by us: also where its issuer was removed
 * since, as Ory has deleted that key then.
 */
export async function knownKey(
  issuer: string,
  kid: string,
  { trustedKeys, ledger }: KeyServices,
): Promise<KnownKey | undefined> {
  const key = await broughtKey(issuer, kid, { trustedKeys })
  if (key === undefined || (await removalSince(issuer, key.time, { trustedKeys }))) return undefined

  const { thumbprint, event } = key
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
  key: BroughtKey,
  { trustedKeys }: Pick<KeyServices, 'trustedKeys'>,
): Promise<void> {
  const stored = await trustedKeys.read(keyOf(issuer, kid))
  const known = stored && keyIn(stored.row)
  if (known?.thumbprint === key.thumbprint && !isLater(key.time, known.time)) return

  await trustedKeys.write(keyOf(issuer, kid), key, stored?.version ?? 0, undefined)
}

/** When keys were brought last, whoever they are for: RFC 3339 by `kid`, of those that came by us. */
export type BroughtAt = ReadonlyMap<string, string>

/** What the ledger knows of these keys of an issuer; each is a read, so ask for no others. */
export async function broughtAt(
  issuer: string,
  kids: readonly string[],
  { trustedKeys }: Pick<KeyServices, 'trustedKeys'>,
): Promise<BroughtAt> {
  const times = new Map<string, string>()
  await inLanes(readsAtATime, [...new Set(kids)], async (kid) => {
    const key = await broughtKey(issuer, kid, { trustedKeys })
    if (key !== undefined) times.set(kid, key.time)
  })
  return times
}

async function broughtKey(
  issuer: string,
  kid: string,
  { trustedKeys }: Pick<KeyServices, 'trustedKeys'>,
): Promise<BroughtKey | undefined> {
  const stored = await trustedKeys.read(keyOf(issuer, kid))
  return stored && keyIn(stored.row)
}

function keyIn(row: TrustedKeyRow): BroughtKey | undefined {
  return 'thumbprint' in row ? row : undefined
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
