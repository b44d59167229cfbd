import type { Ledger, RowKey } from '../ports/index.ts'
import type { TrustedKeyRow } from './key-rows.ts'
import type { WorkflowRow } from './row.ts'

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
  if (stored?.row.thumbprint === key.thumbprint) return

  await trustedKeys.write(keyOf(issuer, kid), key, stored?.version ?? 0, undefined)
}

function keyOf(issuer: string, kid: string): RowKey {
  return { workflow: 'trusted-key', event: `${issuer} ${kid}`, pass: 'thumbprint' }
}
