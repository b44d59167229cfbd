import { RateBudgetError } from '../errors.ts'
import type { PacedAttempt, RateBucket, Slot } from '../ory/index.ts'
import {
  type Booking,
  type BookingRequest,
  type Clock,
  type RateBudget,
  type Unused,
  withinSignal,
} from '../ports/index.ts'
import { type Caller, type CallTerms, termsOf, turnOf } from './caller.ts'
import {
  bookedCalls,
  callBegun,
  type HeldCalls,
  leftOf,
  nothingHeld,
  type PlannedCalls,
  usualPlan,
} from './held-calls.ts'
import type { MissedSlots } from './missed-slots.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** What is booked from, and what one process knows of it. */
export interface BookingTerms {
  readonly budget: RateBudget
  readonly clock: Clock
  readonly missed: MissedSlots
}

/** What is destroyed at Ory drains this bucket. */
const endingBucket: RateBucket = 'admin-low'

/** Slots missed in a row, for one call: the ledger is too slow to be asked again at once. */
const mostExchanges = 5

/** After these it is asked again, in milliseconds. */
const soonMs = 1000

/** Nobody books further ahead: a call that has to follow waits for what was booked by then. */
const keptPatienceMs = 35_000

/** The slots of one delivery: booked for a plan, used by whatever call begins, replaced where missed. */
export function bookings({ budget, clock, missed }: BookingTerms, caller: Caller) {
  const { lane, turns = [], signal } = caller
  const all = new Map<RateBucket, HeldCalls>()
  const inTurn = oneAtATime()

  function heldOf(bucket: RateBucket): HeldCalls {
    const isDue = turnOf(caller, bucket) !== undefined
    const held = all.get(bucket) ?? nothingHeld(caller.standing ?? (isDue ? 'due' : 'new'))
    all.set(bucket, held)
    return held
  }

  function termsIn(bucket: RateBucket, held: HeldCalls): CallTerms {
    const others = [...all.values()].filter((other) => other !== held)
    return termsOf(caller, bucket, held, others)
  }

  function requireTurn(bucket: string, at: number | undefined, patienceMs: number): void {
    if (at !== undefined && at > clock.now() + patienceMs) throw new RateBudgetError(bucket, at)
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

  async function book(bucket: RateBucket, cost: number, ahead?: Unused): Promise<void> {
    const held = heldOf(bucket)
    const terms = termsIn(bucket, held)
    const turn = held.begun ? undefined : turnOf(caller, bucket)
    requireTurn(bucket, held.comeBackAt ?? turn, terms.patienceMs)
    const request = {
      bucket,
      lane,
      cost,
      together: Math.min(cost, held.together),
      atOnce: missed.isSlow(bucket) && held.kept.length === 0 ? 1 : cost,
      ...(ahead && { ahead }),
      ...terms,
    }
    const { slots, later = 0 } = await granted(request)
    Object.assign(held, { slots: [...held.slots, ...slots], later })
    if (held.standing === 'new') held.standing = 'due'
  }

  /** Books what there usually is to be done, before it is known, unless nobody else waits. */
  async function bookAhead(bucket: RateBucket): Promise<void> {
    const { patienceMs } = caller
    const held = heldOf(bucket)
    const { standing } = held
    // What is booked would be missed by the time that it is looked, and be room for nobody until then.
    const atOnce = missed.isSlow(bucket) ? 0 : usualPlan.cost
    const terms = { bucket, lane, ...usualPlan, atOnce, isUnplanned: true, standing, patienceMs }
    const { slots, later = 0 } = await granted(terms)
    if (slots.length > 0) Object.assign(held, { slots, later, isAhead: true, standing: 'due' })
  }

  /** Books what is planned, or more of it than has slots from before. */
  async function bookPlan(bucket: RateBucket, held: HeldCalls): Promise<void> {
    const { slots, planned, isAhead } = held
    if (!isAhead) {
      if (planned > slots.length) await book(bucket, planned - slots.length)
      return
    }
    const fits =
      bookedCalls(held) === planned && slots.every((slot) => missed.isInTime(bucket, slot))
    const unused = leftOf(held)
    Object.assign(held, { isAhead: false, ...(!fits && { slots: [], later: 0 }) })
    if (!fits) await book(bucket, planned, unused)
  }

  async function giveBack(bucket: RateBucket, held: HeldCalls): Promise<void> {
    const unused = leftOf(held)
    Object.assign(held, { isAhead: false, later: 0, slots: [] })
    if (unused.slots.length + unused.later === 0) return
    await withinSignal(signal, () => budget.giveBack(bucket, lane, unused))
  }

  /** Another slot for one that was missed. */
  async function exchanged(
    { bucket, operation }: PacedAttempt,
    held: HeldCalls,
    instead: number,
  ): Promise<number> {
    const until = budget.heldUntil(bucket)
    const { patienceMs } = termsIn(bucket, held)
    const patience = held.kept.includes(operation) ? keptPatienceMs : patienceMs
    const terms = { bucket, lane, cost: 1, standing: held.standing, patienceMs: patience }
    const { slots } = await granted({ ...terms, instead })
    const [slot = until] = slots
    // Where the budget was not told, it would give the same one again and again.
    if (slot < budget.heldUntil(bucket)) throw new RateBudgetError(bucket, until)
    return slot
  }

  /** The slot that comes next for a call; where there is none, the rest of the plan is booked too. */
  async function nextSlot({ bucket, operation }: PacedAttempt, held: HeldCalls): Promise<number> {
    const keptForOthers = held.kept.filter((kept) => kept !== operation).length
    if (held.slots.length <= keptForOthers)
      await book(bucket, Math.max(1, held.planned - held.slots.length))
    const [slot = 0, ...others] = held.slots
    held.slots = others
    return slot
  }

  async function take(attempt: PacedAttempt, missedSlot: Slot | undefined): Promise<Slot> {
    const { bucket, operation, deadline } = attempt
    const held = heldOf(bucket)
    let from = missedSlot?.from ?? (await nextSlot(attempt, held))
    for (let times = 0; missed.isMissed(bucket, from); times += 1) {
      if (times === mostExchanges) throw new RateBudgetError(bucket, clock.now() + soonMs)
      from = await exchanged(attempt, held, from)
    }
    if (from >= deadline) throw new RateBudgetError(bucket, from)
    Object.assign(held, { begun: true, standing: 'begun' })
    if (missedSlot === undefined) callBegun(held, operation)
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
