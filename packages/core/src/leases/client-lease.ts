import { randomUUID } from 'node:crypto'
import { LeaseHeldError } from '../errors.ts'
import type { Clock, Ledger } from '../ports/index.ts'

/** Who may write to an OAuth 2.0 client until when, in milliseconds since the epoch. */
export interface LeaseRow {
  readonly holder: string
  readonly until: number
}

/** What a lease needs of the outside. */
export interface LeaseServices {
  readonly ledger: Ledger<LeaseRow>
  readonly clock: Clock
}

/** A call that was sent before the deadline may still be under way for as long. */
const marginMs = 1000

/** A free lease has no meaning an hour later; its row may go. */
const keptSeconds = 3600

/**
 * Does work on an OAuth 2.0 client while nobody else does: Ory reads and writes the whole row of a
 * client, so that of two writers at the same time one is lost.
 *
 * @param deadline when the work has to have stopped, in milliseconds since the epoch
 * @throws LeaseHeldError while somebody else holds it, LedgerConflictError if they were quicker
 */
export async function withClientLease<T>(
  clientId: string,
  { ledger, clock }: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const key = { workflow: 'client-lease', event: clientId, pass: 'lease' }
  const stored = await ledger.read(key)
  if (stored !== undefined && stored.row.until > clock.now()) {
    throw new LeaseHeldError(stored.row.until)
  }
  const lease = { holder: randomUUID(), until: deadline + marginMs }
  const expiresAt = Math.ceil(lease.until / 1000) + keptSeconds
  const version = await ledger.write(key, lease, stored?.version ?? 0, expiresAt)
  try {
    return await work()
  } finally {
    // If this fails, or somebody took over, the lease runs out by itself.
    await ledger.write(key, { ...lease, until: 0 }, version, expiresAt).catch(() => undefined)
  }
}
