import { RateBudgetError } from '../errors.ts'
import type { Lane } from '../lane.ts'
import type { PacedAttempt, RateBucket, Slot } from '../ory/index.ts'
import { type BookingRequest, type Clock, type RateBudget, withinSignal } from '../ports/index.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** A place in the line of a bucket: when its turn is expected, in milliseconds since the epoch. */
export interface Turn {
  readonly bucket: string
  readonly at: number
}

/** Who books. */
export interface Caller {
  readonly lane: Lane
  /** The longest that a call is waited for which may as well be made later, in milliseconds. */
  readonly patienceMs: number
  /** That of a look at what was done, which would be done again otherwise; absent: the same. */
  readonly lookPatienceMs?: number
  /** What earlier deliveries were told, the latest of each bucket; absent: nothing. */
  readonly turns?: readonly Turn[]
  /** Where it goes before those who come for the first time, in every bucket; absent: nowhere. */
  readonly standing?: 'due' | 'begun' | undefined
  /** Ends whatever is asked of the budget. */
  readonly signal?: AbortSignal | undefined
}

/** What is booked from, and what one process knows of it. */
export interface BookingTerms {
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

/** What is destroyed at Ory drains this bucket. */
const endingBucket: RateBucket = 'admin-low'

/** What is asked for where nobody knows yet what there is to be done: a user with two sessions. */
const usualPlan = { cost: 4, together: 2 } as const

/** What one delivery has of a bucket. */
interface Held {
  slots: readonly number[]
  /** Calls that are planned and have not begun. */
  planned: number
  /** How many of them, the last ones, have to be made together. */
  together: number
  /** `due` once its turn has come, though the slot may have been missed; `begun` once a call has. */
  standing: 'new' | 'due' | 'begun'
  /** Whether a call of this delivery has begun. */
  begun: boolean
}

/** The slots of one delivery: booked for a plan, used by whatever call begins, replaced where missed. */
export function bookings({ budget, clock, missed }: BookingTerms, caller: Caller) {
  const { lane, turns = [], signal } = caller
  const all = new Map<RateBucket, Held>()
  const inTurn = oneAtATime()
  /** What it comes back for. */
  const newest = turns.at(-1)

  function turnIn(bucket: string): Turn | undefined {
    return turns.find((turn) => turn.bucket === bucket)
  }

  function heldOf(bucket: RateBucket): Held {
    const standing = caller.standing ?? (turnIn(bucket) === undefined ? 'new' : 'due')
    const held = all.get(bucket) ?? { slots: [], planned: 0, together: 1, standing, begun: false }
    all.set(bucket, held)
    return held
  }

  /**
   * A look at what calls did, or before those whose turn has come, goes before others. One that was
   * put off for itself all the same has a turn as well, and goes by that: were it to go first each
   * time, looks would be made in vain for as long as both buckets are full.
   */
  function termsFor(
    bucket: RateBucket,
    held: Held,
  ): Pick<BookingRequest, 'standing' | 'patienceMs'> {
    const { patienceMs, lookPatienceMs = patienceMs } = caller
    const others = all.values().filter((other) => other !== held)
    const isForOthers =
      others.some(({ begun }) => begun) || (turns.length > 0 && turnIn(bucket) === undefined)
    const isLook = held.planned === 0 && isForOthers
    return isLook
      ? { standing: 'begun', patienceMs: lookPatienceMs }
      : { standing: held.standing, patienceMs }
  }

  function requireTurn(bucket: string, patienceMs: number): void {
    const turn = turnIn(bucket)
    if (turn !== undefined && turn.at > clock.now() + patienceMs)
      throw new RateBudgetError(bucket, turn.at)
  }

  async function booked(request: BookingRequest): Promise<readonly number[]> {
    const booking = await withinSignal(signal, () => budget.book(request))
    if ('comeBackAt' in booking) throw new RateBudgetError(request.bucket, booking.comeBackAt)
    return booking.slots
  }

  async function book(bucket: RateBucket, cost: number): Promise<void> {
    const held = heldOf(bucket)
    const terms = termsFor(bucket, held)
    if (!held.begun) requireTurn(bucket, terms.patienceMs)
    const isSlow = (missed.get(bucket) ?? 0) > clock.now() - missedCountsMs
    const request = {
      bucket,
      lane,
      cost,
      together: Math.min(cost, held.together),
      atOnce: isSlow ? 1 : cost,
      ...terms,
    }
    held.slots = await booked(request)
    if (held.standing === 'new') held.standing = 'due'
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
    Object.assign(held, { begun: true, standing: 'begun' })
    held.planned = Math.max(0, held.planned - 1)
    return { from, until: from + budget.graceMs }
  }

  return {
    /**
     * Asks, before anything is looked at, whether a plan could begin: where it was told to come back,
     * or else where the calls are made that end something. Looks in vain would use up their own bucket.
     * @throws RateBudgetError where none can
     */
    async due(): Promise<void> {
      const { patienceMs, standing = newest === undefined ? 'new' : 'due' } = caller
      const { bucket } = newest ?? { bucket: endingBucket }
      if (standing === 'begun' || !budget.isBooked(bucket)) return
      requireTurn(bucket, patienceMs)
      const asked = newest === undefined ? usualPlan : { cost: 1 }
      await booked({ bucket, lane, ...asked, atOnce: 0, standing, patienceMs })
    },
    /** Books a plan's calls. @throws RateBudgetError where their turn is too far ahead to wait for */
    async plan(bucket: RateBucket, cost: number, together: number): Promise<void> {
      if (cost === 0 || !budget.isBooked(bucket)) return
      Object.assign(heldOf(bucket), { planned: cost, together })
      await inTurn(bucket, () => book(bucket, cost))
    },
    /** @throws RateBudgetError where the next call would begin too late */
    next: async (attempt: PacedAttempt): Promise<Slot | undefined> =>
      budget.isBooked(attempt.bucket) ? inTurn(attempt.bucket, () => take(attempt)) : undefined,
  }
}
