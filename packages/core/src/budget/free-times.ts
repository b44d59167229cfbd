import type { BookingRequest } from '../ports/index.ts'
import type { BucketState } from './bucket-state.ts'
import { type Timeline, timelineOf } from './call-log.ts'
import { keptCalls } from './kept-calls.ts'
import { endOf } from './plan-end.ts'
import type { Shares } from './windows.ts'

/** Where whoever asks gets slots from. */
export function timelineFor(
  { common }: BucketState,
  shares: Shares,
  { lane }: BookingRequest,
  now: number,
): Timeline {
  const windows = lane === 'incident' ? shares.urgent : shares.common
  return timelineOf(windows, common, shares.urgent.minute.calls, now)
}

/** When there is room for each of the calls, after those that are owed to others. */
export function freeTimes(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): readonly number[] {
  const timeline = timelineFor(state, shares, request, now)
  const before = Math.min(callsBefore(state, request, now), shares.common.minute.calls)
  const calls = Math.min(request.cost, shares.common.minute.calls)
  return Array.from({ length: before + calls }, () => {
    const free = timeline.free()
    timeline.take()
    return free
  }).slice(before)
}

/** Incidents that came before go first, then what has begun, its ends before all else, and then others. */
export function callsBefore(state: BucketState, request: BookingRequest, now: number): number {
  const { lane, standing } = request
  const urgent = keptCalls(state.urgent, now)
  if (lane === 'incident') return standing === 'new' ? urgent : 0
  if (standing !== 'begun') return urgent + keptCalls(state.owed, now)
  const own = endOf(request)
  return urgent + (request.cost > own ? Math.max(0, keptCalls(state.ends, now) - own) : 0)
}
