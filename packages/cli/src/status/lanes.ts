import { type BucketState, callsPerMinute, type RateLimit } from '@lapse/core/budget'
import type { FollowUpStatus, LanesStatus, QueueStatus } from './status.ts'

/** How many events each lane has, as `LaneStatus` counts them. */
export interface LaneCounts {
  readonly events: CountByLane
  /** Of them, those that nobody has told yet when to come. */
  readonly untold: CountByLane
}

interface CountByLane {
  readonly incident: number
  readonly deletion: number
  readonly hygiene: number
}

/** What lanes are told from: how many events each has, and what is booked already. */
export interface LanesSeen extends LaneCounts {
  /** Of `admin-low`; `undefined` where no limit is kept. */
  readonly limit: RateLimit | undefined
  /** `undefined` where nobody has booked for an hour. */
  readonly state: BucketState | undefined
  /** Until when the circuit is open, in milliseconds since the epoch; 0: it is not. */
  readonly openUntil: number
}

/** Where nobody has booked: one session with its relying parties, the rest of them, consents. */
const usualCalls = 3

/** What hygiene has even where everybody else wants all there is. */
const hygieneShare = 0.1

/** Pure. A second pass whose time has not come is delayed and waits for nothing else. */
export function laneCounts(
  queues: readonly QueueStatus[],
  followUps: readonly FollowUpStatus[],
): LaneCounts {
  const sum = <One>(all: readonly One[], count: (one: One) => number) =>
    all.reduce((total, one) => total + count(one), 0)
  const isIncident = ({ queue }: QueueStatus) => queue.endsWith('-incident')
  const notDueIncidents = sum(followUps, (one) => one.not_due_incidents)
  const notDue = sum(followUps, (one) => one.not_due) - notDueIncidents
  const hygiene = sum(followUps, ({ overdue }) => overdue)
  const untoldOf = (all: readonly QueueStatus[]) =>
    sum(all, ({ waiting, in_flight }) => waiting + in_flight)
  const eventsOf = (all: readonly QueueStatus[], later: number) =>
    untoldOf(all) + Math.max(0, sum(all, ({ delayed }) => delayed) - later)
  const incidents = queues.filter(isIncident)
  const others = queues.filter((one) => !isIncident(one))
  return {
    events: {
      incident: eventsOf(incidents, notDueIncidents),
      deletion: eventsOf(others, notDue),
      hygiene,
    },
    untold: { incident: untoldOf(incidents), deletion: untoldOf(others), hygiene },
  }
}

/**
 * About when each lane is done, as things are: not before its calls fit into the limit, nor before
 * those are done who were told when to come. Pure.
 */
export function lanesOf(seen: LanesSeen, now: number): LanesStatus {
  const { events, untold, limit, state, openUntil } = seen
  const perMinute = limit && callsPerMinute(limit)
  const callsPerEvent = state?.usual ?? usualCalls
  const after = (start: number, count: number, share = 1) =>
    perMinute === undefined ? start : start + (count * callsPerEvent * 60_000) / (perMinute * share)
  const heldUntil = Math.max(now, openUntil, state?.common.notBefore ?? 0)
  const incident = after(heldUntil, events.incident)
  const behindLine = after(Math.max(incident, state?.line.at ?? 0), untold.deletion)
  const deletion = Math.max(behindLine, after(incident, events.deletion))
  const hygiene = after(Math.max(heldUntil, state?.hygiene ?? 0), events.hygiene, hygieneShare)
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
