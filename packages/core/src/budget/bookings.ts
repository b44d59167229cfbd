import { RateBudgetError } from '../errors.ts'
import type { Lane } from '../lane.ts'
import type { PacedAttempt, RateBucket, Slot } from '../ory/index.ts'
import {
  type Booking,
  type BookingRequest,
  type Clock,
  type RateBudget,
  type Unused,
  withinSignal,
} from '../ports/index.ts'
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

/** What is asked for at most where nobody knows yet what there is to be done: for two sessions. */
const usualPlan = { cost: 4, together: 2 } as const
/** How far ahead calls may be that follow others at once, where they did not fit the first time. */
const laterPatienceMs = 10_000

/** Nobody books further ahead: a call that has to follow waits for what was booked by then. */
const keptPatienceMs = 35_000

/** Calls of a plan, in one bucket. */
export interface PlannedCalls {
  readonly cost: number
  /** How many of them, the last ones, are put off together or not at all. */
  readonly together: number
  /**
   * Operations among them, named as often as they are called, whose slots no other call takes, be it
   * the repetition of one before them; absent: none.
   */
  readonly kept?: readonly string[] | undefined
}

/** What one delivery has of a bucket. */
interface Held {
  /** In order; one that was missed is exchanged when its call is made. */
  slots: readonly number[]
  kept: readonly string[]
  /** Calls that were booked before it was known what there is to be done; 0 once it is. */
  ahead: number
  /** Calls that were booked last and get their slots when it is their turn. */
  later: number
  /** Calls that are planned and have not begun. */
  planned: number
  /** How many of them, the last ones, have to be made together. */
  together: number
  /** `due` once its turn has come, though the slot may have been missed; `begun` once a call has. */
  standing: 'new' | 'due' | 'begun'
  /** Whether a call of this delivery has begun. */
  begun: boolean
  /** What it was told by now: of calls that are made several at a time, one asks for all. */
  comeBackAt?: number
}

/** The slots of one delivery: booked for a plan, used by whatever call begins, replaced where missed. */
export function bookings({ budget, clock, missed }: BookingTerms, caller: Caller) {
  const { lane, turns = [], signal } = caller
  const all = new Map<RateBucket, Held>()
  const inTurn = oneAtATime()

  function turnIn(bucket: string): Turn | undefined {
    return turns.find((turn) => turn.bucket === bucket)
  }

  function heldOf(bucket: RateBucket): Held {
    const standing = caller.standing ?? (turnIn(bucket) === undefined ? 'new' : 'due')
    const held = all.get(bucket) ?? {
      slots: [],
      kept: [],
      ahead: 0,
      later: 0,
      planned: 0,
      together: 1,
      standing,
      begun: false,
    }
    all.set(bucket, held)
    return held
  }

  /**
   * A look at what calls did, or before those whose turn has come, goes before others, and so does one
   * that follows another, which would be made once more. One that was put off for itself all the same
   * has a turn as well, and goes by that: were it to go first each time, looks would be made in vain
   * for as long as both buckets are full.
   */
  function termsFor(
    bucket: RateBucket,
    held: Held,
  ): Pick<BookingRequest, 'standing' | 'patienceMs'> {
    const { patienceMs, lookPatienceMs = patienceMs } = caller
    const others = all.values().filter((other) => other !== held)
    const isForOthers =
      others.some(({ begun }) => begun) || (turns.length > 0 && turnIn(bucket) === undefined)
    const isLook = held.planned === 0 && (held.begun || isForOthers)
    if (isLook) return { standing: 'begun', patienceMs: lookPatienceMs }
    const { standing, kept } = held
    const isToFollow = kept.length > 0 && (held.begun || kept.length >= held.planned)
    if (!isToFollow) return { standing, patienceMs }
    // Where few calls fit into a second, these would never all fit at once.
    return { standing, patienceMs: turns.length > 0 ? laterPatienceMs : lookPatienceMs }
  }

  function requireTurn(bucket: string, at: number | undefined, patienceMs: number): void {
    if (at !== undefined && at > clock.now() + patienceMs) throw new RateBudgetError(bucket, at)
  }

  async function book(bucket: RateBucket, cost: number, ahead?: Unused): Promise<void> {
    const held = heldOf(bucket)
    const terms = termsFor(bucket, held)
    const turn = held.begun ? undefined : turnIn(bucket)?.at
    requireTurn(bucket, held.comeBackAt ?? turn, terms.patienceMs)
    const request = {
      bucket,
      lane,
      cost,
      together: Math.min(cost, held.together),
      atOnce: isSlow(bucket) && held.kept.length === 0 ? 1 : cost,
      ...(ahead && { ahead }),
      ...terms,
    }
    const { slots, later = 0 } = await granted(request)
    Object.assign(held, { slots: [...held.slots, ...slots], later })
    if (held.standing === 'new') held.standing = 'due'
  }

  function isSlow(bucket: string): boolean {
    return (missed.get(bucket) ?? 0) > clock.now() - missedCountsMs
  }

  /** Books what there usually is to be done, before it is known, unless nobody else waits. */
  async function bookAhead(bucket: RateBucket): Promise<void> {
    const { patienceMs } = caller
    const held = heldOf(bucket)
    const { standing } = held
    // What is booked would be missed by the time that it is looked, and be room for nobody until then.
    const atOnce = isSlow(bucket) ? 0 : usualPlan.cost
    const terms = { bucket, lane, ...usualPlan, atOnce, isUnplanned: true, standing, patienceMs }
    const { slots, later = 0 } = await granted(terms)
    if (slots.length > 0)
      Object.assign(held, { slots, ahead: slots.length + later, later, standing: 'due' })
  }

  /** Books what is planned, or more of it than has slots from before. */
  async function bookPlan(bucket: RateBucket, held: Held): Promise<void> {
    const { ahead, slots, planned } = held
    if (ahead === 0) {
      if (planned > slots.length) await book(bucket, planned - slots.length)
      return
    }
    const fits = ahead === planned && slots.every((slot) => isInTime(bucket, slot))
    const unused = leftOf(held)
    Object.assign(held, { ahead: 0, ...(!fits && { slots: [], later: 0 }) })
    if (!fits) await book(bucket, planned, unused)
  }

  /** What a plan that has begun has left is kept for it: it comes back. */
  function leftOf({ slots, ahead, later, together, standing }: Held): Unused {
    const begun = standing === 'begun'
    if (ahead > 0) return { slots, later, together: usualPlan.together, begun }
    return { slots, later: begun ? 0 : later, together, begun }
  }

  async function giveBack(bucket: RateBucket, held: Held): Promise<void> {
    const unused = leftOf(held)
    Object.assign(held, { ahead: 0, later: 0, slots: [] })
    if (unused.slots.length + unused.later === 0) return
    await withinSignal(signal, () => budget.giveBack(bucket, lane, unused))
  }

  async function granted(
    request: BookingRequest & { readonly bucket: RateBucket },
  ): Promise<Extract<Booking, { slots: unknown }>> {
    const booking = await withinSignal(signal, () => budget.book(request))
    if (!('comeBackAt' in booking)) return booking
    const { comeBackAt } = booking
    Object.assign(heldOf(request.bucket), { comeBackAt })
    throw new RateBudgetError(request.bucket, comeBackAt)
  }

  /** Whether a slot is not too late, nor before Ory wants to hear of us again. */
  function isInTime(bucket: RateBucket, slot: number): boolean {
    return slot >= clock.now() - budget.graceMs && slot >= budget.heldUntil(bucket)
  }

  function isMissed(bucket: RateBucket, slot: number): boolean {
    const now = clock.now()
    if (slot < now - budget.graceMs) missed.set(bucket, now)
    return !isInTime(bucket, slot)
  }

  /** Another slot for one that was missed. */
  async function exchanged(
    { bucket, operation }: PacedAttempt,
    held: Held,
    instead: number,
  ): Promise<number> {
    const until = budget.heldUntil(bucket)
    const { patienceMs } = termsFor(bucket, held)
    const patience = held.kept.includes(operation) ? keptPatienceMs : patienceMs
    const terms = { bucket, lane, cost: 1, standing: held.standing, patienceMs: patience }
    const { slots } = await granted({ ...terms, instead })
    const [slot = until] = slots
    // Where the budget was not told, it would give the same one again and again.
    if (slot < budget.heldUntil(bucket)) throw new RateBudgetError(bucket, until)
    return slot
  }

  /** The slot that comes next for a call; where there is none, the rest of the plan is booked too. */
  async function nextSlot({ bucket, operation }: PacedAttempt, held: Held): Promise<number> {
    const keptForOthers = held.kept.filter((kept) => kept !== operation).length
    if (held.slots.length <= keptForOthers)
      await book(bucket, Math.max(1, held.planned - held.slots.length))
    const [slot = 0, ...others] = held.slots
    Object.assign(held, { slots: others, ahead: Math.max(0, held.ahead - 1) })
    return slot
  }

  async function take(attempt: PacedAttempt, missedSlot: Slot | undefined): Promise<Slot> {
    const { bucket, operation, deadline } = attempt
    const held = heldOf(bucket)
    let from = missedSlot?.from ?? (await nextSlot(attempt, held))
    while (isMissed(bucket, from)) from = await exchanged(attempt, held, from)
    if (from >= deadline) throw new RateBudgetError(bucket, from)
    Object.assign(held, { begun: true, standing: 'begun' })
    if (missedSlot === undefined) {
      held.planned = Math.max(0, held.planned - 1)
      held.kept = withoutOne(held.kept, operation)
    }
    return { from, until: from + budget.graceMs }
  }

  return {
    /**
     * Asks, before anything is looked at, whether a plan could begin, and takes what the usual one
     * needs where others look as well: all of them would find the same room, and all but one would have
     * looked in vain, which uses up a bucket of its own.
     * @throws RateBudgetError where none can
     */
    async due(): Promise<void> {
      if (caller.standing === 'begun' || !budget.isBooked(endingBucket)) return
      for (const { bucket, at } of turns) requireTurn(bucket, at, caller.patienceMs)
      await inTurn(endingBucket, () => bookAhead(endingBucket))
    },
    /**
     * Books a plan's calls, but for those that have slots from before.
     * @throws RateBudgetError where their turn is too far ahead to wait for
     */
    async plan(bucket: RateBucket, { cost, together, kept }: PlannedCalls): Promise<void> {
      if (cost === 0 || !budget.isBooked(bucket)) return
      const held = heldOf(bucket)
      Object.assign(held, { planned: cost, together, ...(kept && { kept }) })
      await inTurn(bucket, () => bookPlan(bucket, held))
    },
    /** Gives back what was booked and not used. */
    async end(): Promise<void> {
      for (const [bucket, held] of all) await inTurn(bucket, () => giveBack(bucket, held))
    },
    /** @throws RateBudgetError where the next call would begin too late */
    next: async (attempt: PacedAttempt, missedSlot?: Slot): Promise<Slot | undefined> =>
      budget.isBooked(attempt.bucket)
        ? inTurn(attempt.bucket, () => take(attempt, missedSlot))
        : undefined,
  }
}

function withoutOne<T>(all: readonly T[], one: T): readonly T[] {
  const index = all.indexOf(one)
  return index === -1 ? all : all.toSpliced(index, 1)
}
