import type { Clock, RateBudget } from '../ports/index.ts'

/**
 * For so long after a slot was missed, slots are booked one by one: Ory takes longer for a call than
 * it lets pass between two, and what would be missed as well is left to others.
 */
const missedCountsMs = 30_000

/** What one process knows of slots that it missed. */
export interface MissedSlots {
  /** Whether a slot is not too late, nor before Ory wants to hear of us again. */
  isInTime(bucket: string, slot: number): boolean
  /** The same of a slot whose call is to begin: that it is too late is remembered. */
  isMissed(bucket: string, slot: number): boolean
  /** Whether slots of a bucket were missed of late. */
  isSlow(bucket: string): boolean
}

/** Of one process, whoever calls. */
export function missedSlots(
  budget: Pick<RateBudget, 'graceMs' | 'heldUntil'>,
  clock: Clock,
): MissedSlots {
  const missed = new Map<string, number>()
  const isTooLate = (slot: number) => slot < clock.now() - budget.graceMs
  const isInTime = (bucket: string, slot: number) =>
    !isTooLate(slot) && slot >= budget.heldUntil(bucket)
  return {
    isInTime,
    isMissed(bucket, slot) {
      if (isTooLate(slot)) missed.set(bucket, clock.now())
      return !isInTime(bucket, slot)
    },
    isSlow: (bucket) => (missed.get(bucket) ?? 0) > clock.now() - missedCountsMs,
  }
}
