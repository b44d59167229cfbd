import type { BookingRequest } from '../ports/index.ts'
import { type BucketState, lineEndsAt } from './bucket-state.ts'
import { expectedCalls } from './call-log.ts'
import type { Decision } from './decision.ts'
import { callsBefore } from './free-times.ts'
import { isKeptFor, keptCalls, keptInAll, keptUntil, lateMs } from './kept-calls.ts'
import { begunGapMs, longestGapMs, mostAtOnce, togetherOf } from './plan-end.ts'
import type { Shares } from './windows.ts'

/**
 * So many come for each plan of usual length, and one for each call where plans are shorter than that:
 * plans are not all alike, and nobody can be told to come earlier after all.
 */
const cameForOne = 4

/** Calls of a plan that has begun which it comes back for, but for its end: each time, it is looked again. */
const begunAtOnce = 2

/** Who finds no room. */
interface PutOff {
  readonly request: BookingRequest
  readonly shares: Shares
  /** When there is room for each of the calls. */
  readonly free: readonly number[]
  readonly now: number
}

/** When to come back: as soon as there is room for as many calls as can begin together. */
export function putOff(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  free: readonly number[],
  now: number,
): Decision {
  const { lane, standing } = request
  const off = { request, shares, free, now }
  if (lane === 'incident') return incidentComesBack(state, off)
  if (standing === 'begun') return begunComesBack(state, off)
  if (lane === 'hygiene') return hygieneComesBack(state, off)
  return standing === 'new' ? joinLine(state, off) : comesAgain(state, off)
}

/** When there is room for as many calls as can begin at the same time. */
function roomForMany({ request, shares, free, now }: PutOff): number {
  const many = Math.min(request.cost, mostAtOnce(shares))
  return Math.max(now, free[many - 1] ?? now)
}

function roomForOne({ free, now }: PutOff): number {
  return Math.max(now, free[0] ?? now)
}

/** What becomes free until an incident comes back is its own. */
function incidentComesBack(state: BucketState, off: PutOff): Decision {
  const { request, now } = off
  const comeBackAt = roomForMany(off)
  const kept = keptCalls(state.urgent, now)
  const calls = isKeptFor(request) ? Math.max(kept, request.cost) : kept + request.cost
  const urgent = keptInAll(state.urgent, calls, comeBackAt + lateMs, now)
  return { comeBackAt, state: { ...state, urgent } }
}

/** What comes before the end of a plan may be made a few calls at a time, once that is near. */
function begunComesBack(state: BucketState, off: PutOff): Decision {
  const { request, shares, free } = off
  const together = togetherOf(shares, request)
  const others = request.cost - together
  const roomForSome = free[Math.min(others, begunAtOnce) - 1] ?? 0
  const endsAt = free[together] ?? roomForMany(off)
  const comeBackAt =
    others <= 0
      ? roomForMany(off)
      : Math.max(roomForOne(off), roomForSome, endsAt - begunGapMs(shares))
  return { comeBackAt, state: keptFor(state, comeBackAt) }
}

/** What plans have left is kept for them until this one comes back. The same state where it is anyway. */
function keptFor(state: BucketState, time: number): BucketState {
  const [owed, ends] = [keptUntil(state.owed, time + lateMs), keptUntil(state.ends, time + lateMs)]
  return owed === state.owed && ends === state.ends ? state : { ...state, owed, ends }
}

/** Within the share of its own while others stand in line, and after them. */
function hygieneComesBack(state: BucketState, off: PutOff): Decision {
  const { request, shares, now } = off
  const { lent } = state
  const lineEnds = lineEndsAt(state)
  const shareAt = Math.max(roomForMany(off), state.hygiene, lent.again)
  if (shareAt < lineEnds) {
    const again = shareAt + request.cost * shares.hygieneIntervalMs
    return { comeBackAt: shareAt, state: { ...state, lent: { ...lent, again } } }
  }
  if (lineEnds > now || request.standing === 'new') return joinLent(state, off, lineEnds)
  const { comeBackAt, again } = turnAgain(state, off, lent.again)
  return { comeBackAt, state: { ...state, lent: { ...lent, again } } }
}

/** Behind everybody of hygiene that was told to come back. */
function joinLent(
  state: BucketState,
  { request, shares, now }: PutOff,
  lineEnds: number,
): Decision {
  const { lent, pace, common } = state
  const ahead = Math.max(lent.at, lineEnds) < now ? callsBefore(state, request, now) : 0
  // Of what is not planned yet half is expected: who comes too late leaves room that nobody uses.
  const likely = request.isUnplanned ? Math.ceil(request.cost / 2) : request.cost
  const wanted = Math.min(likely, shares.common.minute.calls)
  const last = Math.max(lent.at, lineEnds, pace - shares.intervalMs)
  const { times } = expectedCalls(shares, { log: common, at: last }, ahead + wanted, now)
  const at = times.at(-1) ?? now
  return { comeBackAt: at, state: { ...state, lent: { ...lent, at } } }
}

/** Behind everybody in the line, and when all of these will have made their calls. */
function joinLine(state: BucketState, { request, shares, now }: PutOff): Decision {
  const isOver = state.line.at < now
  const ahead = isOver ? callsBefore(state, request, now) : 0
  // Who comes too early comes again, and who is told to come too late leaves room that nobody uses.
  const wanted = request.isUnplanned ? 1 : request.cost
  const calls = Math.min(wanted, shares.common.minute.calls)
  const from = isOver ? { log: state.common, at: state.pace - shares.intervalMs } : state.line
  const expected = expectedCalls(shares, from, ahead + calls, now)
  const slots = expected.times.slice(ahead)
  const last = slots.at(-1) ?? now
  const most = calls - togetherOf(shares, { ...request, cost: calls })
  const part = slots[most - 1] ?? last
  const comeBackAt = last - part > longestGapMs ? last : part
  return { comeBackAt, state: { ...state, line: expected.line } }
}

/** Behind everybody who came at his turn in vain. */
function comesAgain(state: BucketState, off: PutOff): Decision {
  const { comeBackAt, again } = turnAgain(state, off, state.again)
  return { comeBackAt, state: { ...state, again } }
}

/**
 * When there is room for somebody who came at his turn in vain, and for the one after him.
 * @param after when the line of others who did has an end
 */
function turnAgain(state: BucketState, off: PutOff, after: number) {
  const { request, shares } = off
  const [one, many] = [roomForOne(off), roomForMany(off)]
  const isEndNear = request.cost > togetherOf(shares, request) && many - one <= longestGapMs
  const comeBackAt = Math.max(isEndNear ? one : many, after, state.pace)
  return { comeBackAt, again: comeBackAt + apartMs(state, off) }
}

/**
 * How far apart those come back who came in vain: there is always somebody for what becomes free. Of
 * hygiene, which is not in a hurry, fewer come in vain.
 */
function apartMs({ usual }: BucketState, { request, shares }: PutOff): number {
  const calls = usual / cameForOne
  const more = request.lane === 'hygiene' ? Math.min(1, calls) : 0
  return Math.ceil(Math.max(1, calls + more) * shares.intervalMs)
}
