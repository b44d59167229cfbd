import { randomUUID } from 'node:crypto'
import { DeadlineError, LedgerConflictError } from '../errors.ts'
import type { Clock, Ledger, RowKey, Stored } from '../ports/index.ts'
import { heldOnAverage, type LeaseStanding, waitingFor } from './line.ts'
import type { LeaseRow } from './row.ts'
import type { Turns } from './turns.ts'

/** What is written to by one at a time. */
export interface LeaseName {
  readonly kind: 'client' | 'issuer'
  readonly id: string
}

/** What a lease needs of the outside. */
export interface LeaseServices {
  readonly ledger: Ledger<LeaseRow>
  readonly clock: Clock
  /** Of the process; absent: nobody is waited for. */
  readonly turns?: Turns | undefined
  /** How whoever finds it held by another process waits; absent: he does not, and has no turn. */
  readonly standing?: LeaseStanding | undefined
}

/** A call that was sent before the deadline may still be under way for as long. */
const callInFlightMs = 1000

/** How far two workers' clocks may be apart. */
const clockSkewMs = 2000

/**
 * How long after its deadline a lease still holds. The holder sends nothing after the deadline, and
 * what it sent is done `callInFlightMs` later, by its own clock. Whoever waits may have a clock that
 * is `clockSkewMs` ahead, and believes that much earlier that the lease has ended.
 */
export const leaseMarginMs = callInFlightMs + clockSkewMs

/** So long others of the same process are waited for at most, which are at work meanwhile, in milliseconds. */
const turnPatienceMs = 3000

/** A free lease has no meaning an hour later; its row may go. */
const keptSeconds = 3600

/**
 * Does work on the trusted keys of an issuer while nobody else does: one list decides what is
 * deleted, and a deletion takes along whatever stands on the same key by then.
 *
 * Otherwise as `withLeases`.
 */
export function withIssuerLease<T>(
  issuer: string,
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  return withLeases([{ kind: 'issuer', id: issuer }], services, deadline, work)
}

/**
 * Does work on an OAuth 2.0 client while nobody else does: Ory reads and writes the whole row of a
 * client, so that of two writers at the same time one is lost.
 *
 * Otherwise as `withLeases`.
 */
export function withClientLease<T>(
  clientId: string,
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  return withLeases([{ kind: 'client', id: clientId }], services, deadline, work)
}

/**
 * Does work while it holds every one of these leases. They are taken in one order, whatever order
 * they are given in, so that no two workers ever wait for each other, and given back in reverse.
 *
 * @param deadline when the work has to have stopped, in milliseconds since the epoch
 * @throws LeaseHeldError while somebody else holds one, LedgerConflictError if they were quicker,
 *   DeadlineError where the work could not even begin
 */
export function withLeases<T>(
  leases: readonly LeaseName[],
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  return inOrder(leases).reduceRight(
    (inner, key) => () => withLease(key, services, deadline, inner),
    work,
  )()
}

/** Each once, by name. */
function inOrder(leases: readonly LeaseName[]): readonly RowKey[] {
  const named = new Map(leases.map(({ kind, id }) => [`${kind}-lease#${id}`, { kind, id }]))
  return [...named]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { kind, id }]) => ({ workflow: `${kind}-lease`, event: id, pass: 'lease' }))
}

async function withLease<T>(
  key: RowKey,
  services: LeaseServices,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const lease = { holder: randomUUID(), until: deadline + leaseMarginMs }
  const expiresAt = Math.ceil(lease.until / 1000) + keptSeconds
  const { turns, clock } = services
  const patienceMs = Math.max(0, Math.min(turnPatienceMs, deadline - clock.now()))
  const over = await turns?.wait(`${key.workflow}#${key.event}`, patienceMs)
  try {
    const { row, version } = await take(key, lease, expiresAt, { ...services, deadline })
    const takenAt = clock.now()
    try {
      return await work()
    } finally {
      const heldMs = heldOnAverage(row.heldMs, clock.now() - takenAt)
      // If this fails, or somebody took over, the lease runs out by itself.
      await services.ledger
        .write(key, { ...lease, until: 0, heldMs }, version, expiresAt)
        .catch(() => undefined)
    }
  } finally {
    over?.()
  }
}

/** So often it is looked who was quicker: mostly somebody who holds it now. */
const mostConflicts = 3

async function take(
  key: RowKey,
  lease: LeaseRow,
  expiresAt: number,
  services: LeaseServices & { readonly deadline: number },
): Promise<Stored<LeaseRow>> {
  const { ledger, clock, deadline } = services
  const waiting = waitingFor(key, services, deadline)
  for (let conflicts = 0; ; ) {
    const stored = await ledger.read(key)
    if (stored !== undefined && stored.row.until > clock.now()) {
      await waiting(stored.row)
      continue
    }
    if (clock.now() >= deadline) throw new DeadlineError('no time is left to work under a lease')
    const row = { ...stored?.row, ...lease }
    try {
      return { row, version: await ledger.write(key, row, stored?.version ?? 0, expiresAt) }
    } catch (error) {
      conflicts += 1
      const isConflict = error instanceof LedgerConflictError
      if (!isConflict) await letGo(key, lease, expiresAt, ledger).catch(() => undefined)
      if (!isConflict || conflicts === mostConflicts) throw error
    }
  }
}

/** The write that took a lease may have been made though its answer was lost: nobody is to wait for that. */
async function letGo(
  key: RowKey,
  { holder }: LeaseRow,
  expiresAt: number,
  ledger: Ledger<LeaseRow>,
): Promise<void> {
  const stored = await ledger.read(key)
  if (stored?.row.holder !== holder) return
  await ledger.write(key, { ...stored.row, until: 0 }, stored.version, expiresAt)
}
