import { RateBudgetError } from '../errors.ts'
import type { Pace, PacedAttempt, PacedOutcome, RateBucket, Slot } from '../ory/index.ts'
import { type Clock, type Lane, type RateBudget, withinSignal } from '../ports/index.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Circuit } from './shared-circuit.ts'

/** A place in the line of a bucket: when its turn is expected, in milliseconds since the epoch. */
export interface Turn {
  readonly bucket: string
  readonly at: number
}

/** Whose calls are paced. */
export interface PaceTerms {
  readonly lane: Lane
  /** The event's idempotency key, or who calls where it is for no event. */
  readonly event: string
  /** The longest that a first call is waited for, in milliseconds. */
  readonly patienceMs: number
  /** What an earlier delivery was told. */
  readonly turn?: Turn | undefined
  /** Ends whatever is asked of the budget. */
  readonly signal?: AbortSignal | undefined
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

export function pacing({ budget, circuit, clock }: PacingTerms): Pacing {
  const refused = new Map<string, number>()

  async function tellBudget(bucket: RateBucket, { status, usedUpForMs }: PacedOutcome) {
    if (budget === undefined || usedUpForMs === undefined) return
    const times = status === 429 ? (refused.get(bucket) ?? 0) : 0
    if (status === 429) refused.set(bucket, times + 1)
    const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(times, 10))
    const waitMs = status === 429 ? Math.max(usedUpForMs, backoffMs) : usedUpForMs
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
      const booked = budget && bookings(budget, clock, terms)
      return {
        async plan(calls) {
          for (const [bucket, cost] of calls) await booked?.plan(bucket, cost)
        },
        async next(attempt) {
          await circuit.pass()
          return booked?.next(attempt)
        },
        ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
      }
    },
    standingPace: (terms) => ({
      async next(attempt) {
        await circuit.pass()
        return budget && bookings(budget, clock, { ...terms, hasTurn: true }).next(attempt)
      },
      ended: (attempt, outcome) => ended(terms.event, attempt, outcome),
    }),
  }
}

/** What one delivery has of a bucket. */
interface Held {
  slots: readonly number[]
  /** Calls that are planned and have not begun. */
  planned: number
  /** Whether its turn has come, though the slot may have been missed. */
  hasTurn: boolean
  /** Whether a call has begun: what is half done is not put off for the next one. */
  begun: boolean
}

/** The slots of one delivery: booked for a plan, used by whatever call begins, replaced where missed. */
function bookings(
  budget: RateBudget,
  clock: Clock,
  terms: PaceTerms & { readonly hasTurn?: boolean },
) {
  const { lane, patienceMs, turn, signal, hasTurn = false } = terms
  const all = new Map<RateBucket, Held>()
  const inTurn = oneAtATime()

  function heldOf(bucket: RateBucket): Held {
    const held = all.get(bucket) ?? {
      slots: [],
      planned: 0,
      hasTurn: hasTurn || turn?.bucket === bucket,
      begun: false,
    }
    all.set(bucket, held)
    return held
  }

  async function book(bucket: RateBucket, cost: number): Promise<void> {
    const held = heldOf(bucket)
    const isEarly = turn?.bucket === bucket && turn.at > clock.now() + patienceMs
    if (isEarly && !held.begun) throw new RateBudgetError(bucket, turn.at)
    const standing = held.begun ? 'begun' : held.hasTurn ? 'due' : 'new'
    const request = { bucket, lane, cost, standing, patienceMs } as const
    const booking = await withinSignal(signal, () => budget.book(request))
    if ('comeBackAt' in booking) throw new RateBudgetError(bucket, booking.comeBackAt)
    held.slots = booking.slots
    held.hasTurn = true
  }

  /** The next slot that is not too late, and not before Ory wants to hear of us again. */
  function kept(bucket: RateBucket): number | undefined {
    const held = heldOf(bucket)
    const soonest = Math.max(clock.now() - budget.graceMs, budget.heldUntil(bucket))
    const [slot, ...others] = held.slots.filter((each) => each >= soonest)
    held.slots = others
    return slot
  }

  async function take({ bucket, deadline }: PacedAttempt): Promise<Slot> {
    const held = heldOf(bucket)
    const found = kept(bucket)
    const from = found ?? (await bookOne(bucket, held))
    if (from >= deadline) throw new RateBudgetError(bucket, from)
    held.begun = true
    held.planned = Math.max(0, held.planned - 1)
    return { from, until: from + budget.graceMs }
  }

  /** With it, whatever is left of the plan. */
  async function bookOne(bucket: RateBucket, held: Held): Promise<number> {
    await book(bucket, Math.max(1, held.planned))
    const [slot = clock.now(), ...others] = held.slots
    held.slots = others
    return slot
  }

  return {
    async plan(bucket: RateBucket, cost: number): Promise<void> {
      if (cost === 0 || !budget.isBooked(bucket)) return
      heldOf(bucket).planned = cost
      await inTurn(bucket, () => book(bucket, cost))
    },
    next: async (attempt: PacedAttempt): Promise<Slot | undefined> =>
      budget.isBooked(attempt.bucket) ? inTurn(attempt.bucket, () => take(attempt)) : undefined,
  }
}
