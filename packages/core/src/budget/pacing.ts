import {
  operations,
  type Pace,
  type PacedAttempt,
  type PacedOutcome,
  type RateBucket,
} from '../ory/index.ts'
import { type Clock, type RateBudget, withinSignal } from '../ports/index.ts'
import { type AccountsCaller, type AccountsCircuits, accountsPacing } from './accounts-pacing.ts'
import { bookings } from './bookings.ts'
import type { Caller } from './caller.ts'
import { missedSlots } from './missed-slots.ts'
import { outageSigns } from './outage-signs.ts'
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
  /** Leaves to others what was booked and not used. What is lost thereby is room, which comes back. */
  end(): Promise<void>
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
  /** The same for one delivery's calls to the servers of accounts: they wait for no budget. */
  accountsPaceOf(caller: AccountsCaller): Pace
  /** For calls that belong to no delivery: each of them is for itself. */
  standingPace(terms: Pick<PaceTerms, 'lane' | 'event' | 'patienceMs'>): Pace
}

/** What pacing goes by; without a budget nothing is booked. */
export interface PacingTerms {
  readonly budget?: RateBudget | undefined
  readonly circuit: Circuit
  /** Of the servers of accounts, as far as it is said where they are. */
  readonly accounts?: AccountsCircuits | undefined
  readonly clock: Clock
}

/**
 * A message is not waited with for longer, since nobody sleeps in Lambda: it goes back to its queue.
 * Only an incident is, so that it does not have to come again for what is kept free for it, and a
 * look at what was done, which would be done again otherwise.
 */
export const deliveryPatienceMs = 300
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

const buckets = [...new Set(Object.values(operations).map(({ bucket }) => bucket))]

export function pacing({ budget, circuit, accounts = {}, clock }: PacingTerms): Pacing {
  const refused = new Map<string, number>()
  const booking = budget && { budget, clock, missed: missedSlots(budget, clock) }
  const told = outageSigns(circuit, { hanging: false })

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
    const sign = told(event, status)
    if (typeof status !== 'number' || status === 503) return sign
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
    accountsPaceOf: accountsPacing(accounts),
    paceOf(terms) {
      const booked = booking && bookings(booking, terms)
      return {
        due: async () => booked?.due(),
        end: async () => booked?.end().catch(() => undefined),
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
        const each = { ...terms, standing: 'due' } as const
        return booking && bookings(booking, each).next(attempt, missedSlot)
      },
      ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
    }),
  }
}
