import { type BucketState, callsPerMinute, type RateLimit } from '@lapse/core/budget'
import type { LanesStatus } from './status.ts'

/** What lanes are told from: how many events each has, and what is booked already. */
export interface LanesSeen {
  readonly events: {
    readonly incident: number
    readonly deletion: number
    readonly hygiene: number
  }
  /** Of them, those that nobody has told yet when to come; the others stand in the line. */
  readonly untold: {
    readonly incident: number
    readonly deletion: number
    readonly hygiene: number
  }
  /** Of `admin-low`; `undefined` where no limit is kept. */
  readonly limit: RateLimit | undefined
  /** `undefined` where nobody has booked for an hour. */
  readonly state: BucketState | undefined
}

/** A user takes as many: one session with its relying parties, the rest of them, consents. */
const callsPerEvent = 3

/** What hygiene has even where everybody else wants all there is. */
const hygieneShare = 0.1

/** About when each lane is done, as things are. Pure. */
export function lanesOf({ events, untold, limit, state }: LanesSeen, now: number): LanesStatus {
  const perMinute = limit && callsPerMinute(limit)
  const after = (start: number, calls: number, share = 1) =>
    perMinute === undefined ? start : start + (calls * callsPerEvent * 60_000) / (perMinute * share)
  const heldUntil = Math.max(now, state?.common.notBefore ?? 0)
  const incident = after(heldUntil, untold.incident)
  const deletion = after(Math.max(incident, state?.line.at ?? 0), untold.deletion)
  const hygiene = after(Math.max(heldUntil, state?.hygiene ?? 0), untold.hygiene, hygieneShare)
  const doneAt = (count: number, time: number) =>
    count === 0 || perMinute === undefined ? null : new Date(Math.round(time)).toISOString()
  return {
    calls_per_minute: perMinute === undefined ? null : Math.floor(perMinute * 10) / 10,
    lanes: [
      { lane: 'incident', events: events.incident, done_at: doneAt(events.incident, incident) },
      { lane: 'deletion', events: events.deletion, done_at: doneAt(events.deletion, deletion) },
      { lane: 'hygiene', events: events.hygiene, done_at: doneAt(events.hygiene, hygiene) },
    ],
  }
}
