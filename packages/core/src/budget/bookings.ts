import { RateBudgetError } from '../errors.ts'
import type { Lane } from '../lane.ts'
import type { PacedAttempt, RateBucket, Slot } from '../ory/index.ts'
import { type Clock, type RateBudget, withinSignal } from '../ports/index.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** A place in the line of a bucket: when its turn is expected, in milliseconds since the epoch. */
export interface Turn {
  readonly bucket: string
  readonly at: number
}

/** Who books. */
export interface Caller {
  readonly lane: Lane
  /** The longest that a first call is waited for, in milliseconds. */
  readonly patienceMs: number
  /** What an earlier delivery was told. */
  readonly turn?: Turn | undefined
  /** Whether it goes before those who come for the first time, in every bucket. */
  readonly hasTurn?: boolean
  /** Ends whatever is asked of the budget. */
  readonly signal?: AbortSignal | undefined
}

/** What is booked from, and what one process knows of it. */
export interface Booking {
  readonly budget: RateBudget
  readonly clock: Clock
  /** When a slot of a bucket was missed last, in milliseconds since the epoch. */
  readonly missed: Map<string, number>
}

/**
 * For so long after a slot was missed, slots are booked one by one: Ory takes longer for a call than
 * it lets pass between two, and what would be missed as well is left to others.
 */
const missedCountsMs = 30_000

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
export function bookings({ budget, clock, missed }: Booking, caller: Caller) {
  const { lane, patienceMs, turn, signal } = caller
  const all = new Map<RateBucket, Held>()
  const inTurn = oneAtATime()

  function heldOf(bucket: RateBucket): Held {
    const hasTurn = caller.hasTurn === true || turn?.bucket === bucket
    const held = all.get(bucket) ?? { slots: [], planned: 0, hasTurn, begun: false }
    all.set(bucket, held)
    return held
  }

  async function book(bucket: RateBucket, cost: number): Promise<void> {
    const held = heldOf(bucket)
    const isEarly = turn?.bucket === bucket && turn.at > clock.now() + patienceMs
    if (isEarly && !held.begun) throw new RateBudgetError(bucket, turn.at)
    const standing = held.begun ? 'begun' : held.hasTurn ? 'due' : 'new'
    const isSlow = (missed.get(bucket) ?? 0) > clock.now() - missedCountsMs
    const request = { bucket, lane, cost, atOnce: isSlow ? 1 : cost, standing, patienceMs } as const
    const booking = await withinSignal(signal, () => budget.book(request))
    if ('comeBackAt' in booking) throw new RateBudgetError(bucket, booking.comeBackAt)
    held.slots = booking.slots
    held.hasTurn = true
  }

  /** The next slot that is not too late, and not before Ory wants to hear of us again. */
  function nextSlot(bucket: RateBucket, held: Held): number | undefined {
    const now = clock.now()
    const soonest = Math.max(now - budget.graceMs, budget.heldUntil(bucket))
    if (held.slots.some((slot) => slot < now - budget.graceMs)) missed.set(bucket, now)
    const [slot, ...others] = held.slots.filter((each) => each >= soonest)
    held.slots = others
    return slot
  }

  /** Where there is none left, whatever is left of the plan is booked with it. */
  async function take({ bucket, deadline }: PacedAttempt): Promise<Slot> {
    const held = heldOf(bucket)
    let from = nextSlot(bucket, held)
    while (from === undefined) {
      await book(bucket, Math.max(1, held.planned))
      from = nextSlot(bucket, held)
    }
    if (from >= deadline) throw new RateBudgetError(bucket, from)
    held.begun = true
    held.planned = Math.max(0, held.planned - 1)
    return { from, until: from + budget.graceMs }
  }

  return {
    /** Books a plan's calls. @throws RateBudgetError where their turn is too far ahead to wait for */
    async plan(bucket: RateBucket, cost: number): Promise<void> {
      if (cost === 0 || !budget.isBooked(bucket)) return
      heldOf(bucket).planned = cost
      await inTurn(bucket, () => book(bucket, cost))
    },
    /** @throws RateBudgetError where the next call would begin too late */
    next: async (attempt: PacedAttempt): Promise<Slot | undefined> =>
      budget.isBooked(attempt.bucket) ? inTurn(attempt.bucket, () => take(attempt)) : undefined,
  }
}
