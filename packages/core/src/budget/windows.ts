import type { RateLimit } from './rate-limits.ts'

/**
 * How long after its slot a call may begin, in milliseconds. What is later would fall into another
 * window than the one it was counted in.
 */
export const graceMs = 250

/** No more than `calls` in any time this long. */
export interface Window {
  readonly calls: number
  /** How long it is reckoned to be, in milliseconds. */
  readonly lengthMs: number
  /** So far apart calls are where one follows the other, in whole milliseconds. */
  readonly intervalMs: number
}

/** Windows that a call has to fit into, all of them at once. */
export interface Windows {
  readonly second: Window
  readonly minute: Window
  /** What leaves room for an incident; absent where there is enough anyway, or no need of it. */
  readonly headroom?: Window
}

/** A bucket's limit, as far as whoever calls may use it. */
export interface Shares {
  /** For deletions and hygiene, in their turn. */
  readonly common: Windows
  /** For incidents: all that Ory allows. */
  readonly urgent: Windows
  /** So far apart calls of deletions are where one follows the other, in whole milliseconds. */
  readonly intervalMs: number
  /** How far apart calls of hygiene are within the share that is theirs alone. */
  readonly hygieneIntervalMs: number
}

/** What of a minute's limit is left to incidents alone: the larger of one call and 3 %. */
const toleranceShare = 0.03

/** Of a second's limit, as much may be. */
const reserveOfSecond = 0.25

/** What hygiene has even where everybody else wants all there is. */
const hygieneShare = 0.1

/** Calls of an incident: a user with two login sessions. */
const incidentCalls = 4

/** So long these wait at most where little is given up for it; with what else is done, five seconds. */
const incidentWaitMs = 4800

/** So much of what limit less tolerance allows is given up for it at most. */
const headroomShare = 0.03

/** Calls that others may be ahead of a steady pace where nothing is given up. */
const looseCalls = 0.6

/**
 * Divides a limit. A call that begins late counts in a window of Ory's that has moved on by as
 * much, so that windows are reckoned longer by the grace.
 */
export function sharesOf({ perSecond, perMinute }: RateLimit): Shares {
  const tolerance = Math.min(perMinute - 1, Math.max(1, Math.floor(perMinute * toleranceShare)))
  const reserved = Math.min(tolerance, Math.floor(perSecond * reserveOfSecond))
  const minute = windowOf(60_000, perMinute - tolerance)
  const headroom = headroomIn(perMinute, tolerance, minute)
  const intervalMs = Math.max(minute.intervalMs, headroom?.intervalMs ?? 0)
  return {
    common: { second: windowOf(1000, perSecond - reserved), minute, ...(headroom && { headroom }) },
    urgent: { second: windowOf(1000, perSecond), minute: windowOf(60_000, perMinute) },
    intervalMs,
    hygieneIntervalMs: Math.ceil(intervalMs / hygieneShare),
  }
}

/**
 * Whoever leaves four calls of the limit to others within all of a minute but the last seconds lets
 * an incident have them within these seconds, whenever it comes.
 */
function headroomIn(
  perMinute: number,
  tolerance: number,
  { calls: most, lengthMs: minuteMs }: Window,
): Window | undefined {
  const calls = perMinute - incidentCalls
  if (calls < 1 || tolerance >= incidentCalls) return undefined
  const steadyMs = minuteMs / most
  const promisedMs = minuteMs - incidentWaitMs
  const isCheap = (calls * steadyMs) / (1 - headroomShare) >= promisedMs
  const lengthMs = isCheap
    ? promisedMs
    : minuteMs - (incidentCalls - tolerance + looseCalls) * steadyMs
  return { calls, lengthMs: Math.ceil(lengthMs), intervalMs: Math.ceil(lengthMs / calls) }
}

/** How many calls a minute everybody together can make, one minute after the other. */
export function callsPerMinute(limit: RateLimit): number {
  return 60_000 / sharesOf(limit).intervalMs
}

function windowOf(ms: number, calls: number): Window {
  const lengthMs = ms + graceMs
  return { calls, lengthMs, intervalMs: Math.ceil(lengthMs / calls) }
}
