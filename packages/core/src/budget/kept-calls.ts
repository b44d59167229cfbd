import type { BookingRequest } from '../ports/index.ts'

/** Calls that nobody else gets before this time. */
export interface Kept {
  readonly calls: number
  readonly until: number
  /** Since when some are kept without a break; absent in rows before 2026-12, which says long ago. */
  readonly since?: number
}

export const nothingKept: Kept = { calls: 0, until: 0 }

/** A delay of the queue is in whole seconds, and workers may be busy: so late may come who was told to. */
export const lateMs = 3000

/**
 * No calls are kept for longer, in milliseconds: of those that somebody has left who died, the rest of us
 * would keep each other from ever using the room. Whoever lives says once more what he has left.
 */
const longestKeptMs = 120_000

/** Whether calls are kept for an incident: for one that came before, until it has booked any. */
export function isKeptFor({ standing, ahead }: BookingRequest): boolean {
  return standing !== 'new' && ahead === undefined
}

/** How many calls are kept now. */
export function keptCalls({ calls, until, since = 0 }: Kept, now: number): number {
  return until > now && since > now - longestKeptMs ? calls : 0
}

/** Without so many calls, which nobody will make. */
export function withoutKept(kept: Kept, calls: number): Kept {
  return calls === 0 ? kept : { ...kept, calls: Math.max(0, kept.calls - calls) }
}

/** Until this time at least, where calls are kept at all. */
export function keptUntil(kept: Kept, time: number): Kept {
  return kept.calls === 0 || kept.until >= time ? kept : { ...kept, until: time }
}

/** What was kept for the one who has come is his no more, but for what he has left. */
export function keptAfter(kept: Kept, own: number, left: Kept, now: number): Kept {
  const calls = Math.max(0, keptCalls(kept, now) - own) + left.calls
  if (calls === 0) return nothingKept
  const until = left.calls === 0 ? kept.until : left.until
  return { calls, until, since: keptSince(kept, now) }
}

/** With so many calls in all, until this time at least. */
export function keptInAll(kept: Kept, calls: number, time: number, now: number): Kept {
  return { calls, until: Math.max(kept.until, time), since: keptSince(kept, now) }
}

function keptSince(kept: Kept, now: number): number {
  return keptCalls(kept, now) > 0 ? (kept.since ?? now) : now
}
