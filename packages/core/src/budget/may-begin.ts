import type { BookingRequest } from '../ports/index.ts'
import { type BucketState, lineEndsAt } from './bucket-state.ts'
import { lateMs } from './kept-calls.ts'
import { begunGapMs, longestGapMs, togetherOf } from './plan-end.ts'
import type { Shares } from './windows.ts'

/** Hygiene beyond its share gets what nobody uses, and that only so far ahead. */
const lentMs = 5000

/** How many of the calls may begin now. @param free when there is room for each */
export function callsToBegin(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  free: readonly number[],
  now: number,
): number {
  return isAdmitted(state, request, free, now) ? inTime(shares, request, free, now) : 0
}

/** Who takes nothing: where others look at the same time, each would find the room there is for one. */
export function isOnlyAsked(
  { line, lent }: BucketState,
  { atOnce, isUnplanned, standing }: BookingRequest,
  now: number,
): boolean {
  const isAlone = standing === 'new' && Math.max(line.at, lent.at) + lateMs <= now
  return atOnce === 0 || (isUnplanned === true && isAlone)
}

/** Whether it may take what there is now, if there is any. */
function isAdmitted(
  state: BucketState,
  { lane, standing, patienceMs }: BookingRequest,
  free: readonly number[],
  now: number,
): boolean {
  const { hygiene, line, lent, pace } = state
  const [first = 0, last = first] = [free[0], free.at(-1)]
  if (lane === 'incident' || standing === 'begun') return true
  if (lane === 'hygiene' && hygiene <= now) return true
  if (pace > now + patienceMs) return false
  // Nobody who was told to come back by then has come.
  if (last + lateMs <= now) return true
  if (lane === 'deletion') return standing === 'due' || line.at + lateMs <= now
  if (lineEndsAt(state) > now || first > now + lentMs) return false
  return standing === 'due' || lent.at + lateMs <= now
}

/** How many calls can begin in time: all, or those for which the end does not have to wait long. */
function inTime(
  shares: Shares,
  request: BookingRequest,
  free: readonly number[],
  now: number,
): number {
  const { cost, standing, patienceMs } = request
  const calls = free.filter((time) => time <= now + patienceMs).length
  if (calls >= cost) return cost
  const together = togetherOf(shares, request)
  const ends = now + (standing === 'begun' ? begunGapMs(shares) : longestGapMs)
  const endInTime = free.filter((time) => time <= ends).length
  return Math.max(0, Math.min(calls, endInTime - together, cost - together))
}
