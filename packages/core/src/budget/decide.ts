import type { BookingRequest } from '../ports/index.ts'
import type { BucketState } from './bucket-state.ts'
import { withoutCall } from './call-log.ts'
import type { Decision } from './decision.ts'
import { freeTimes, timelineFor } from './free-times.ts'
import { givenBack } from './give-back.ts'
import { grant } from './grant.ts'
import { callsToBegin, isOnlyAsked } from './may-begin.ts'
import { putOff } from './put-off.ts'
import type { Shares } from './windows.ts'

/** Decides on a booking. Pure: of state, time, lane and cost. */
export function decide(
  known: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): Decision {
  const { ahead, lane } = request
  const state = ahead === undefined ? known : givenBack(known, shares, lane, ahead)
  const back = withBack(state, request)
  return back === undefined
    ? book(state, shares, asUsual(state, request), now)
    : exchange(back, shares, request, now)
}

/** What is not planned yet is taken to be what it was of late. */
function asUsual({ usual }: BucketState, request: BookingRequest): BookingRequest {
  const { isUnplanned, cost, together = 1 } = request
  if (!isUnplanned) return request
  const likely = Math.max(1, Math.min(cost, Math.round(usual)))
  const atOnce = Math.min(request.atOnce ?? likely, likely)
  return { ...request, cost: likely, atOnce, together: Math.min(together, likely) }
}

/** The state without the slot that is given back; `undefined` where none is, or is known of. */
function withBack(state: BucketState, { instead }: BookingRequest): BucketState | undefined {
  if (instead === undefined) return undefined
  const common = withoutCall(state.common, instead)
  return common && { ...state, common }
}

/** Whoever had a slot stands in no line for another one. */
function exchange(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): Decision {
  const timeline = timelineFor(state, shares, request, now)
  const free = timeline.free()
  if (free > now + request.patienceMs)
    return putOff(state, shares, { ...request, cost: 1, standing: 'begun' }, [free], now)
  const slots = [timeline.take()]
  return { slots, state: { ...state, common: timeline.log } }
}

function book(state: BucketState, shares: Shares, request: BookingRequest, now: number): Decision {
  const free = freeTimes(state, shares, request, now)
  const calls = callsToBegin(state, shares, request, free, now)
  if (calls === 0) return putOff(state, shares, request, free, now)
  if (isOnlyAsked(state, request, now)) return { slots: [], state }
  return grant(state, shares, request, { calls, free, now })
}
