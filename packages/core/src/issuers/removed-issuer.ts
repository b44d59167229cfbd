import type { Ledger, RowKey } from '../ports/index.ts'
import type { RemovedIssuer, TrustedKeyRow } from './rows.ts'

interface RemovalServices {
  readonly trustedKeys: Ledger<TrustedKeyRow>
}

/**
 * The removal of an issuer that is no older than an event of this time: a key that the event brought
 * is not to be trusted any more. Where both are as old as each other the removal counts, in whatever
 * order they arrive.
 */
export async function removalSince(
  issuer: string,
  time: string,
  services: RemovalServices,
): Promise<RemovedIssuer | undefined> {
  const removal = await removalOf(issuer, services)
  return removal !== undefined && Date.parse(removal.time) >= Date.parse(time) ? removal : undefined
}

/**
 * Remembers for good that an issuer is removed, before anything of it is; called while the issuer's
 * lease is held.
 */
export async function rememberRemoval(
  issuer: string,
  { id, source, time }: RemovedIssuer,
  { trustedKeys }: RemovalServices,
): Promise<void> {
  const stored = await trustedKeys.read(keyOf(issuer))
  if (stored !== undefined && Date.parse(stored.row.time) >= Date.parse(time)) return

  await trustedKeys.write(keyOf(issuer), { id, source, time }, stored?.version ?? 0, undefined)
}

async function removalOf(
  issuer: string,
  { trustedKeys }: RemovalServices,
): Promise<RemovedIssuer | undefined> {
  const row = (await trustedKeys.read(keyOf(issuer)))?.row
  return row !== undefined && 'source' in row ? row : undefined
}

function keyOf(issuer: string): RowKey {
  return { workflow: 'removed-issuer', event: issuer, pass: 'removal' }
}
