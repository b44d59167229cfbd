import { LeaseHeldError, LedgerConflictError } from '../errors.ts'
import type { Clock, Ledger, RowKey } from '../ports/index.ts'
import type { LeaseRow } from './row.ts'
import type { Turns } from './turns.ts'

/**
 * How a delivery waits for a lease that another process holds. `new`: it is told a turn, and waits for
 * that here where it is near. `due`: it comes back at its turn, and waits for whoever is at work.
 * `urgent`: it waits behind nobody but who is at work.
 */
export type LeaseStanding = 'new' | 'due' | 'urgent'

/** What is waited with. */
export interface LineServices {
  readonly ledger: Ledger<LeaseRow>
  readonly clock: Clock
  readonly turns?: Turns | undefined
  readonly standing?: LeaseStanding | undefined
}

/**
 * So long a lease is waited for at most, in milliseconds: to come back costs a message more, a delay of
 * the queue is in whole seconds, and an incident does not come in time then.
 */
const patienceMs: Readonly<Record<LeaseStanding, number>> = { new: 1000, due: 1000, urgent: 5000 }

/** For how long work under a lease is taken to hold it before anybody has done any, in milliseconds. */
const usualHeldMs = 250

/** What an unusual holder says of the next is no more than this, in milliseconds. */
const longestHeldMs = 10_000

/** Between one holder and the next it is given back, seen to be free, and taken, in milliseconds. */
const handoverMs = 50

/** A line has no meaning an hour after its last turn; its row may go. */
const keptSeconds = 3600

/** So often it is tried to stand in the line, where others are quicker who do so as well. */
const mostTries = 5

/** How long the last holders held a lease, in milliseconds: the last one counts for a quarter. */
export function heldOnAverage(before: number | undefined, heldMs: number): number {
  const last = Math.min(longestHeldMs, Math.max(0, heldMs))
  return Math.round(before === undefined ? last : (3 * before + last) / 4)
}

/**
 * Waits for one lease that others hold.
 * @returns what is called each time that it is seen held: it passes the time until the next look, and
 *   throws a LeaseHeldError once that takes too long, or at once where nobody waits
 */
export function waitingFor(
  key: RowKey,
  { standing, ...services }: LineServices,
  deadline: number,
): (held: LeaseRow) => Promise<void> {
  const { clock, turns } = services
  const began = clock.now()
  const patience = standing === undefined || turns === undefined ? 0 : patienceMs[standing]
  const until = Math.min(deadline, began + patience)
  let told = standing === 'new' ? undefined : began

  return async ({ until: heldUntil, heldMs = usualHeldMs }) => {
    const takeTurn = () => turnIn(key, services, heldMs)
    told ??= await takeTurn()
    const now = clock.now()
    const turnAt = told ?? now
    if (now < until && turnAt < until)
      return turns?.pause(Math.max(turnAt - now, betweenLooks(standing, heldMs)))

    const comesBack = standing === 'new' || standing === 'due'
    const isMissed = told !== undefined && told <= now
    if (comesBack && isMissed) told = await takeTurn()
    throw new LeaseHeldError(heldUntil, comesBack ? told : undefined)
  }
}

function betweenLooks(standing: LeaseStanding | undefined, heldMs: number): number {
  return standing === 'urgent' ? 20 : Math.min(250, Math.max(20, heldMs / 4))
}

/**
 * Stands in the line of a lease, which is a row of its own: its `until` is the turn of whoever came
 * last. Turns are as far apart as the last holders took. Where others are quicker there is none, and
 * nothing is lost by that.
 */
async function turnIn(
  key: RowKey,
  { ledger, clock }: LineServices,
  heldMs: number,
): Promise<number | undefined> {
  const line = { ...key, pass: 'line' }
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const stored = await ledger.read(line)
    const turnAt = Math.max(clock.now(), stored?.row.until ?? 0) + heldMs + handoverMs
    const expiresAt = Math.ceil(turnAt / 1000) + keptSeconds
    try {
      await ledger.write(line, { holder: '', until: turnAt }, stored?.version ?? 0, expiresAt)
      return turnAt
    } catch (error) {
      if (!(error instanceof LedgerConflictError)) return undefined
    }
  }
  return undefined
}
