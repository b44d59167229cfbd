import type { BookingRequest } from '../ports/index.ts'
import type { BucketState } from './bucket-state.ts'
import type { Decision } from './decision.ts'
import { timelineFor } from './free-times.ts'
import { isKeptFor, type Kept, keptAfter, lateMs } from './kept-calls.ts'
import { endOf } from './plan-end.ts'
import type { Shares } from './windows.ts'

/** By so much of the difference a plan moves the average. */
const newestShare = 1 / 8

/** What is granted: so many calls. */
export interface Granted {
  readonly calls: number
  /** When there is room for each of those that were asked for. */
  readonly free: readonly number[]
  readonly now: number
}

/** Slots for calls that may begin; what the plan has left is kept for it. */
export function grant(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  { calls, free, now }: Granted,
): Decision {
  const { lane, cost, atOnce = cost } = request
  const timeline = timelineFor(state, shares, request, now)
  const slots = Array.from({ length: Math.min(calls, atOnce) }, () => timeline.take())
  const later = cost - slots.length
  const left = { calls: later, until: (free.at(-1) ?? now) + lateMs }
  return {
    slots,
    later,
    state: {
      ...state,
      common: timeline.log,
      usual: usualAfter(state, request),
      hygiene: hygieneAfter(state, shares, request, now),
      ...(lane === 'incident'
        ? { urgent: keptAfter(state.urgent, isKeptFor(request) ? cost : 0, left, now) }
        : { ...planLeft(state, request, left, now), pace: paceAfter(state, shares, request, now) }),
    },
  }
}

/** What is kept for plans once this one has come, and has so many calls left. */
function planLeft(
  { owed, ends }: BucketState,
  request: BookingRequest,
  left: Kept,
  now: number,
): Pick<BucketState, 'owed' | 'ends'> {
  const hasBegun = request.standing === 'begun'
  const end = { ...left, calls: Math.min(left.calls, endOf(request)) }
  return {
    owed: keptAfter(owed, hasBegun ? request.cost : 0, left, now),
    ends: keptAfter(ends, hasBegun ? endOf(request) : 0, end, now),
  }
}

function usualAfter({ usual }: BucketState, request: BookingRequest): number {
  const { standing, isUnplanned, ahead, cost } = request
  const isPlan = !isUnplanned && (standing !== 'begun' || ahead !== undefined)
  return isPlan ? usual + (cost - usual) * newestShare : usual
}

/** Its own share has room again once all of the plan's calls would have been made at its pace. */
function hygieneAfter(
  { hygiene }: BucketState,
  { hygieneIntervalMs }: Shares,
  { lane, standing, cost }: BookingRequest,
  now: number,
): number {
  if (lane !== 'hygiene' || standing === 'begun') return hygiene
  return Math.max(hygiene, now + cost * hygieneIntervalMs)
}

function paceAfter(
  { pace }: BucketState,
  shares: Shares,
  { standing, cost }: BookingRequest,
  now: number,
): number {
  if (standing === 'begun') return pace
  return Math.max(pace, now - burstMs(shares)) + cost * shares.intervalMs
}

/**
 * Plans begin at a steady pace, so far ahead of it at most. Made as soon as there is room, a minute's
 * calls would all be made in its first seconds, and of two incidents that come then one would wait
 * for the next minute.
 */
function burstMs({ intervalMs }: Shares): number {
  return Math.max(2000, 4 * intervalMs)
}
