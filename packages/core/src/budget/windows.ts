import type { RateLimit } from './rate-limits.ts'

/**
 * How long after its slot a call may begin, in milliseconds. What is later would fall into another
 * window than the one it was counted in.
 */
export const graceMs = 250

/** No more than `calls` in any time this long. */
export interface Window {
  readonly calls: number
  /** So far apart calls are where one follows the other, in whole milliseconds. */
  readonly intervalMs: number
}

/** Windows that a call has to fit into, all of them at once. */
export interface Windows {
  readonly second: Window
  readonly minute: Window
}

/** A bucket's limit, divided among those who may use it. */
export interface Shares {
  /** For everybody, in their turn. */
  readonly common: Windows
  /** What incidents have besides; absent where the limit is too small to set any aside. */
  readonly reserve: Windows | undefined
  /** How far apart calls of hygiene are within the share that is theirs alone. */
  readonly hygieneIntervalMs: number
}

/** What of a minute's limit is set aside: the larger of one call and 3 %. */
const toleranceShare = 0.03

/** Of a second's limit, as much may be the reserve's. */
const reserveOfSecond = 0.25

/** What hygiene has even where everybody else wants all there is. */
const hygieneShare = 0.1

/**
 * Divides a limit. A call that begins late counts in a window of Ory's that has moved on by as
 * much, so that windows are reckoned longer by the grace.
 */
export function sharesOf({ perSecond, perMinute }: RateLimit): Shares {
  const tolerance = Math.min(perMinute - 1, Math.max(1, Math.floor(perMinute * toleranceShare)))
  const reserved = Math.min(tolerance, Math.floor(perSecond * reserveOfSecond))
  const minute = windowOf(60_000, perMinute - tolerance)
  return {
    common: { second: windowOf(1000, perSecond - reserved), minute },
    reserve:
      reserved === 0
        ? undefined
        : { second: windowOf(1000, reserved), minute: windowOf(60_000, tolerance) },
    hygieneIntervalMs: Math.ceil(minute.intervalMs / hygieneShare),
  }
}

/** How many calls a minute everybody together can make, one minute after the other. */
export function callsPerMinute(limit: RateLimit): number {
  return 60_000 / sharesOf(limit).common.minute.intervalMs
}

function windowOf(lengthMs: number, calls: number): Window {
  return { calls, intervalMs: Math.ceil((lengthMs + graceMs) / calls) }
}
