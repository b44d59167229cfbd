import { randomUUID } from 'node:crypto'
import { DeadlineError, LeaseHeldError, LedgerConflictError } from '../errors.ts'
import type { Clock, Ledger, RowKey } from '../ports/index.ts'
import type { Turns } from './turns.ts'

/** Who may write to an OAuth 2.0 client or an issuer until when, in milliseconds since the epoch. */
export interface LeaseRow {
  readonly holder: string
  readonly until: number
}

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
  /** Whether whoever finds it held comes back when he is told to; absent: no. */
  readonly comesBack?: boolean | undefined
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
    const version = await take(key, lease, expiresAt, { ...services, deadline })
    try {
      return await work()
    } finally {
      // If this fails, or somebody took over, the lease runs out by itself.
      await services.ledger
        .write(key, { ...lease, until: 0 }, version, expiresAt)
        .catch(() => undefined)
    }
  } finally {
    over?.()
  }
}

/**
 * So far apart are the turns of those who wait for a lease, in milliseconds: work under one mostly takes
 * less, and a delay of the queue is in whole seconds.
 */
const turnMs = 1000

/**
 * Stands in the line of a lease, which is a row of its own: its `until` is the turn of whoever came
 * last. Where others are quicker there is no turn, and nothing is lost by that.
 */
async function turnIn(key: RowKey, { ledger, clock }: LeaseServices): Promise<number | undefined> {
  const line = { ...key, pass: 'line' }
  const stored = await ledger.read(line)
  const turnAt = Math.max(clock.now(), stored?.row.until ?? 0) + turnMs
  const expiresAt = Math.ceil(turnAt / 1000) + keptSeconds
  return ledger
    .write(line, { holder: '', until: turnAt }, stored?.version ?? 0, expiresAt)
    .then(() => turnAt)
    .catch(() => undefined)
}

/** So often it is looked who was quicker: mostly somebody who holds it now. */
const mostLooks = 3

async function take(
  key: RowKey,
  lease: LeaseRow,
  expiresAt: number,
  services: LeaseServices & { readonly deadline: number },
): Promise<number> {
  const { ledger, clock, deadline, comesBack } = services
  for (let looks = 1; ; looks += 1) {
    const stored = await ledger.read(key)
    if (stored !== undefined && stored.row.until > clock.now())
      throw new LeaseHeldError(
        stored.row.until,
        comesBack ? await turnIn(key, services) : undefined,
      )
    if (clock.now() >= deadline) throw new DeadlineError('no time is left to work under a lease')
    try {
      return await ledger.write(key, lease, stored?.version ?? 0, expiresAt)
    } catch (error) {
      if (!(error instanceof LedgerConflictError) || looks === mostLooks) throw error
    }
  }
}
