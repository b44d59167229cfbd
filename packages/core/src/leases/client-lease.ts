import { randomUUID } from 'node:crypto'
import { LeaseHeldError } from '../errors.ts'
import type { Clock, Ledger, RowKey } from '../ports/index.ts'

/** Who may write to an OAuth 2.0 client or an issuer until when, in milliseconds since the epoch. */
export interface LeaseRow {
  readonly holder: string
  readonly until: number
}

/** What a lease needs of the outside. */
export interface LeaseServices {
  readonly ledger: Ledger<LeaseRow>
  readonly clock: Clock
}

/** Something that one writer at a time may write to. */
export interface Lease {
  readonly kind: 'client' | 'issuer'
  /** The id of an OAuth 2.0 client, or an issuer's URL. */
  readonly id: string
}

/** A call that was sent before the deadline may still be under way for as long. */
const marginMs = 1000

/** A free lease has no meaning an hour later; its row may go. */
const keptSeconds = 3600

/**
 * Does work on the trusted keys of an issuer while nobody else does: one list decides what is
 * deleted, and a deletion takes along whatever stands on the same key by then.
 *
 * Otherwise as `withClientLease`.
 */
export function withIssuerLease<T>(
  issuer: string,
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  return withLease({ workflow: 'issuer-lease', event: issuer }, services, deadline, work)
}

/**
 * Does work on an OAuth 2.0 client while nobody else does: Ory reads and writes the whole row of a
 * client, so that of two writers at the same time one is lost.
 *
 * @param deadline when the work has to have stopped, in milliseconds since the epoch
 * @throws LeaseHeldError while somebody else holds it, LedgerConflictError if they were quicker
 */
export function withClientLease<T>(
  clientId: string,
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  return withLease({ workflow: 'client-lease', event: clientId }, services, deadline, work)
}

/** Does work while nobody else works on any of these; they are taken in an order of their own. */
export function withLeases<T>(
  leases: readonly Lease[],
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const names = [...new Set(leases.map(({ kind, id }) => JSON.stringify([`${kind}-lease`, id])))]
  return names
    .sort()
    .map((name) => JSON.parse(name) as [string, string])
    .reduceRight<() => Promise<T>>(
      (inner, [workflow, event]) =>
        () =>
          withLease({ workflow, event }, services, deadline, inner),
      work,
    )()
}

async function withLease<T>(
  name: Omit<RowKey, 'pass'>,
  { ledger, clock }: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const key = { ...name, pass: 'lease' }
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
