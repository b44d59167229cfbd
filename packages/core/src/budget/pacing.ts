import {
  operations,
  type Pace,
  type PacedAttempt,
  type PacedOutcome,
  type RateBucket,
} from '../ory/index.ts'
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
   * Asks whether a plan could begin: at the turn that an earlier delivery was told, or at all.
   * @throws RateBudgetError where none can: then nothing has to be looked at
   */
  due(): Promise<void>
  /**
   * Books a plan's calls, all of them at once or as many as there is room for now.
   * @param together how many of them, the last ones, are put off together or not at all
   * @param kept operations among them whose slots no other call takes
   * @throws RateBudgetError where there is room for none of them
   */
  plan(
    calls: ReadonlyMap<RateBucket, number>,
    together?: ReadonlyMap<RateBucket, number>,
    kept?: ReadonlyMap<RateBucket, readonly string[]>,
  ): Promise<void>
}

/** What calls wait for: the budget of the project, and an Ory that is there. */
export interface Pacing {
  /** Whether there are calls that need slots: what is looked at in vain then takes them from others. */
  readonly isBooked: boolean
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

/**
 * A message is not waited with for longer, since nobody sleeps in Lambda: it goes back to its queue.
 * Only an incident is, so that it does not have to come again for what is kept free for it, and a
 * look at what was done, which would be done again otherwise.
 */
export const deliveryPatienceMs = 200
export const urgentPatienceMs = 5500
export const lookPatienceMs = 3000

/** After a 429 that names no time, in milliseconds; it doubles with each that follows. */
const firstBackoffMs = 1000
const longestBackoffMs = 30_000

/**
 * Ory's longest window is a minute. Nobody is believed to mean more, or one answer with a wrong time
 * in it would keep all workers from calling for as long; after that, one of them asks again.
 */
const longestHeldMs = 60_000

/**
 * So many requests in a row that broke off, and not one that was answered: that is not what a single
 * user does to Ory, nor a connection that is lost now and then.
 */
const brokenOffInARow = 8

const buckets = [...new Set(Object.values(operations).map(({ bucket }) => bucket))]

export function pacing({ budget, circuit, clock }: PacingTerms): Pacing {
  const refused = new Map<string, number>()
  const missed = new Map<string, number>()
  const inARow = { brokenOff: 0 }

  function backoffMs(bucket: RateBucket): number {
    const times = refused.get(bucket) ?? 0
    refused.set(bucket, times + 1)
    return Math.min(longestBackoffMs, firstBackoffMs * 2 ** times)
  }

  async function tellBudget(bucket: RateBucket, askedMs: number): Promise<void> {
    const waitMs = Math.min(longestHeldMs, askedMs)
    // It is known here all the same, and whoever gets a 429 learns it by himself.
    await budget?.pushTo(bucket, clock.now() + waitMs).catch(() => undefined)
  }

  function ended(event: string, { bucket }: PacedAttempt, { status, usedUpForMs }: PacedOutcome) {
    if (status === 'unknown') return undefined
    inARow.brokenOff = status === 'broken-off' ? inARow.brokenOff + 1 : 0
    if (status === 'no-connection' || status === 503) return circuit.failed(event)
    if (status === 'broken-off')
      return inARow.brokenOff < brokenOffInARow ? undefined : circuit.failed(event)
    circuit.answered()
    if (status !== 429) refused.delete(bucket)
    if (usedUpForMs === undefined) return undefined
    return tellBudget(
      bucket,
      status === 429 ? Math.max(usedUpForMs, backoffMs(bucket)) : usedUpForMs,
    )
  }

  return {
    isBooked: buckets.some((bucket) => budget?.isBooked(bucket)),
    ready: () => circuit.pass(),
    paceOf(terms) {
      const booked = budget && bookings({ budget, clock, missed }, terms)
      return {
        due: async () => booked?.due(),
        async plan(calls, together, kept) {
          for (const [bucket, cost] of calls)
            await booked?.plan(bucket, {
              cost,
              together: together?.get(bucket) ?? 1,
              kept: kept?.get(bucket),
            })
        },
        async next(attempt, missedSlot) {
          await withinSignal(terms.signal, () => circuit.pass())
          return booked?.next(attempt, missedSlot)
        },
        ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
      }
    },
    standingPace: (terms) => ({
      async next(attempt, missedSlot) {
        await circuit.pass()
        return (
          budget &&
          bookings({ budget, clock, missed }, { ...terms, standing: 'due' }).next(
            attempt,
            missedSlot,
          )
        )
      },
      ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
    }),
  }
}
