import type { Unused } from '../ports/index.ts'

/** What is asked for at most where nobody knows yet what there is to be done: for two sessions. */
export const usualPlan = { cost: 4, together: 2 } as const

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
export interface HeldCalls {
  /** In order; one that was missed is exchanged when its call is made. */
  slots: readonly number[]
  /** Calls that were booked with them, and get their slots when it is their turn. */
  later: number
  /** Whether all of that was booked before it was known what there is to be done. */
  isAhead: boolean
  /** Calls that are planned and have not begun. */
  planned: number
  /** How many of them, the last ones, have to be made together. */
  together: number
  /** Operations among them whose slots no other call takes. */
  kept: readonly string[]
  /** `due` once its turn has come, though the slot may have been missed; `begun` once a call has. */
  standing: 'new' | 'due' | 'begun'
  /** Whether a call of this delivery has begun. */
  begun: boolean
  /** What it was told by now: of calls that are made several at a time, one asks for all. */
  comeBackAt?: number
}

/** Nothing yet. */
export function nothingHeld(standing: HeldCalls['standing']): HeldCalls {
  return {
    slots: [],
    later: 0,
    isAhead: false,
    planned: 0,
    together: 1,
    kept: [],
    standing,
    begun: false,
  }
}

/** How many calls are booked and have not begun. */
export function bookedCalls({ slots, later }: HeldCalls): number {
  return slots.length + later
}

/** What is given back of it. What a plan that has begun has left is kept for it: it comes back. */
export function leftOf({ slots, later, isAhead, together, standing }: HeldCalls): Unused {
  const begun = standing === 'begun'
  if (isAhead) return { slots, later, together: usualPlan.together, begun }
  return { slots, later: begun ? 0 : later, together, begun }
}

/** One of its calls begins. */
export function callBegun(held: HeldCalls, operation: string): void {
  held.planned = Math.max(0, held.planned - 1)
  const index = held.kept.indexOf(operation)
  if (index !== -1) held.kept = held.kept.toSpliced(index, 1)
}
