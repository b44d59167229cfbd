import type { Pace, PacedAttempt, PacedOutcome, RateBucket } from '../ory/index.ts'
import { type Clock, type RateBudget, withinSignal } from '../ports/index.ts'
import { bookings, type Caller } from './bookings.ts'
import type { Circuit } from './shared-circuit.ts'

/** Whose calls are paced. */
export interface PaceTerms extends Caller {
  /** The event's idempotency key, or who calls where it is for no event. */
  readonly event: string
}

/** The pace of one delivery's calls. */
export interface DeliveryPace extends Pace {
  /**
   * Books a plan's calls, all of them at once.
   * @throws RateBudgetError where their turn is too far ahead to wait for
   */
  plan(calls: ReadonlyMap<RateBucket, number>): Promise<void>
}

/** What calls wait for: the budget of the project, and an Ory that is there. */
export interface Pacing {
  /** @throws CircuitOpenError while Ory is down: then nothing has to be begun */
  ready(): Promise<void>
  /** For one delivery. */
  paceOf(terms: PaceTerms): DeliveryPace
  /** For calls that belong to no delivery: each of them is for itself. */
  standingPace(terms: Pick<PaceTerms, 'lane' | 'event' | 'patienceMs'>): Pace
}

/** What pacing goes by; without a budget nothing is booked. */
export interface PacingTerms {
  readonly budget?: RateBudget | undefined
  readonly circuit: Circuit
  readonly clock: Clock
}

/** A message is not waited with for longer: it goes back to its queue. */
export const deliveryPatienceMs = 3000

/** After a 429 that names no time, in milliseconds; it doubles with each that follows. */
const firstBackoffMs = 1000
const longestBackoffMs = 30_000

/**
 * Ory's longest window is a minute. Nobody is believed to mean more, or one answer with a wrong time
 * in it would keep all workers from calling for as long; after that, one of them asks again.
 */
const longestHeldMs = 60_000

export function pacing({ budget, circuit, clock }: PacingTerms): Pacing {
  const refused = new Map<string, number>()
  const missed = new Map<string, number>()

  async function tellBudget(bucket: RateBucket, { status, usedUpForMs }: PacedOutcome) {
    if (budget === undefined || usedUpForMs === undefined) return
    const times = status === 429 ? (refused.get(bucket) ?? 0) : 0
    if (status === 429) refused.set(bucket, times + 1)
    const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(times, 10))
    const askedMs = status === 429 ? Math.max(usedUpForMs, backoffMs) : usedUpForMs
    const waitMs = Math.min(longestHeldMs, askedMs)
    // It is known here all the same, and whoever gets a 429 learns it by himself.
    await budget.pushTo(bucket, clock.now() + waitMs).catch(() => undefined)
  }

  function ended(event: string, { bucket }: PacedAttempt, outcome: PacedOutcome) {
    const { status, usedUpForMs } = outcome
    if (status === 'no-connection' || status === 503) return circuit.failed(event)
    if (status === 'unknown') return undefined
    circuit.answered()
    if (status !== 429) refused.delete(bucket)
    return usedUpForMs === undefined ? undefined : tellBudget(bucket, outcome)
  }

  return {
    ready: () => circuit.pass(),
    paceOf(terms) {
      const booked = budget && bookings({ budget, clock, missed }, terms)
      return {
        async plan(calls) {
          for (const [bucket, cost] of calls) await booked?.plan(bucket, cost)
        },
        async next(attempt) {
          await withinSignal(terms.signal, () => circuit.pass())
          return booked?.next(attempt)
        },
        ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
      }
    },
    standingPace: (terms) => ({
      async next(attempt) {
        await circuit.pass()
        return (
          budget && bookings({ budget, clock, missed }, { ...terms, hasTurn: true }).next(attempt)
        )
      },
      ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
    }),
  }
}
