import type { BookingRequest } from '../ports/index.ts'
import type { Shares } from './windows.ts'

/** No plan is begun whose end has no room for so long: its user's tokens work until then. */
export const longestGapMs = 30_000

/** How many of the calls are the end of their plan. */
export function endOf({ cost, together = 1 }: BookingRequest): number {
  return Math.min(cost, together)
}

/** The calls that are made together or not at all: no more than can ever begin at the same time. */
export function togetherOf(shares: Shares, { cost, together = 1 }: BookingRequest): number {
  return Math.min(cost, Math.max(1, together), mostAtOnce(shares))
}

/** How many calls can begin at the same time. */
export function mostAtOnce({ common: { second, minute } }: Shares): number {
  return Math.min(second.calls, minute.calls)
}

/**
 * How long before its end a plan is gone on with that has begun, in milliseconds: what it was is to be
 * over in a minute.
 */
export function begunGapMs({ intervalMs }: Shares): number {
  return Math.max(5000, 3.5 * intervalMs)
}
