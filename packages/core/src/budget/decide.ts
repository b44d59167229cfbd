import type { BookingRequest, Unused } from '../ports/index.ts'
import {
  type CallLog,
  emptyLog,
  expectedCalls,
  type Line,
  pushedLog,
  type Timeline,
  timelineOf,
  withoutCall,
} from './call-log.ts'
import type { Shares } from './windows.ts'

/** Everything that is known of a bucket. Times are whole milliseconds since the epoch; 0: never. */
export interface BucketState {
  /** Of everybody's calls. */
  readonly common: CallLog
  /** When hygiene's own share has room again. */
  readonly hygiene: number
  /** The calls of those who were told to come back, after those that are made by then. */
  readonly line: Line
  /** When the line of those who came back in vain has an end. */
  readonly again: number
  /** Calls that plans have left which have begun, and until when they are kept for them. */
  readonly owed: Kept
  /** The last calls of plans that have begun, which go before what others of these have left. */
  readonly ends: Kept
  /** Calls of incidents that were told to come back. */
  readonly urgent: Kept
  /** When the next plan may begin that is no incident's. */
  readonly pace: number
  /** How many calls a plan has made of late: a moving average. */
  readonly usual: number
  /** The last changes that gave slots back, by name, the newest last. */
  readonly returns: readonly string[]
}

/** Calls that nobody else gets before this time. */
export interface Kept {
  readonly calls: number
  readonly until: number
  /** Since when some are kept without a break; absent in rows before 2026-12, which says long ago. */
  readonly since?: number
}

/** A bucket that nobody has used. Plans are taken to be short at first. */
export const unused: BucketState = {
  common: emptyLog,
  hygiene: 0,
  line: { log: emptyLog, at: 0 },
  again: 0,
  owed: { calls: 0, until: 0 },
  ends: { calls: 0, until: 0 },
  urgent: { calls: 0, until: 0 },
  pace: 0,
  usual: 2,
  returns: [],
}

/** What a booking came to, and the state that has to be kept before anybody is told. */
export type Decision = { readonly state: BucketState } & (
  | { readonly slots: readonly number[]; readonly later?: number }
  | { readonly comeBackAt: number }
)

/** Hygiene beyond its share gets what nobody uses, and that only so far ahead. */
const lentMs = 5000

/** A delay of the queue is in whole seconds, and workers may be busy: so late may come who was told to. */
const lateMs = 3000

/** No plan is begun whose end has no room for so long: its user's tokens work until then. */
const longestGapMs = 30_000

/**
 * No calls are kept for longer, in milliseconds: of those that somebody has left who died, the rest of us
 * would keep each other from ever using the room. Whoever lives says once more what he has left.
 */
const longestKeptMs = 120_000

/**
 * So many come for each plan of usual length, and one for each call where plans are shorter than that:
 * plans are not all alike, and nobody can be told to come earlier after all.
 */
const cameForOne = 4

/** Calls of a plan that has begun which it comes back for, but for its end: each time, it is looked again. */
const begunAtOnce = 2

/** By so much of the difference a plan moves the average. */
const newestShare = 1 / 8

/** Nor is one gone on with that has begun, but for its end: what it was is to be over in a minute. */
const begunGap: Reach = { leastMs: 5000, intervals: 3.5 }

/**
 * Plans begin at a steady pace, so far ahead of it at most. Made as soon as there is room, a minute's
 * calls would all be made in its first seconds, and of two incidents that come then one would wait
 * for the next minute.
 */
const burst: Reach = { leastMs: 2000, intervals: 4 }

/** So long, or as many calls as follow one another, whichever is more. */
interface Reach {
  readonly leastMs: number
  readonly intervals: number
}

function msOf({ leastMs, intervals }: Reach, { intervalMs }: Shares): number {
  return Math.max(leastMs, intervals * intervalMs)
}

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
  const granted = isAdmitted(state, request, free, now) ? grantable(shares, request, free, now) : 0
  if (granted > 0 && isOnlyAsked(state, request, now)) return { slots: [], state }
  if (granted > 0) return grant(state, shares, request, { calls: granted, free, now })
  return putOff(state, shares, request, free, now)
}

/** The state without what was booked and is not used. A slot that nobody knows of is none. */
export function givenBack(
  state: BucketState,
  { intervalMs, hygieneIntervalMs }: Shares,
  lane: BookingRequest['lane'],
  { slots, later, together, begun }: Unused,
): BucketState {
  const common = slots.reduce((log, slot) => withoutCall(log, slot) ?? log, state.common)
  if (lane === 'incident') return { ...state, common, urgent: without(state.urgent, later) }
  const owed = without(state.owed, later)
  const ends = without(state.ends, Math.min(later, together))
  const pace = begun ? state.pace : state.pace - (slots.length + later) * intervalMs
  const ownShareMs = lane === 'hygiene' ? slots.length * hygieneIntervalMs : 0
  return { ...state, common, owed, ends, pace, hygiene: state.hygiene - ownShareMs }
}

/** Nobody gets a slot before this time. The same state where nobody does anyway. */
export function pushed(state: BucketState, time: number): BucketState {
  if (state.common.notBefore >= time) return state
  return {
    ...state,
    common: pushedLog(state.common, time),
    line: { ...state.line, log: pushedLog(state.line.log, time) },
  }
}

function timelineFor(
  { common }: BucketState,
  shares: Shares,
  { lane }: BookingRequest,
  now: number,
): Timeline {
  const windows = lane === 'incident' ? shares.urgent : shares.common
  return timelineOf(windows, common, shares.urgent.minute.calls, now)
}

/** When there is room for each of the calls, after those that are owed to others. */
function freeTimes(
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
function callsBefore(state: BucketState, request: BookingRequest, now: number): number {
  const { lane, standing } = request
  const urgent = keptCalls(state.urgent, now)
  if (lane === 'incident') return standing === 'new' ? urgent : 0
  if (standing !== 'begun') return urgent + keptCalls(state.owed, now)
  const own = endOf(request)
  return urgent + (request.cost > own ? Math.max(0, keptCalls(state.ends, now) - own) : 0)
}

/** How many of the calls are the end of their plan. */
function endOf({ cost, together = 1 }: BookingRequest): number {
  return Math.min(cost, together)
}

function without(kept: Kept, calls: number): Kept {
  return calls === 0 ? kept : { ...kept, calls: Math.max(0, kept.calls - calls) }
}

function keptCalls({ calls, until, since = 0 }: Kept, now: number): number {
  return until > now && since > now - longestKeptMs ? calls : 0
}

function keptSince(kept: Kept, now: number): number {
  return keptCalls(kept, now) > 0 ? (kept.since ?? now) : now
}

/** Who takes nothing: where others look at the same time, each would find the room there is for one. */
function isOnlyAsked(
  { line }: BucketState,
  { atOnce, isUnplanned, standing }: BookingRequest,
  now: number,
): boolean {
  const isAlone = standing === 'new' && line.at + lateMs <= now
  return atOnce === 0 || (isUnplanned === true && isAlone)
}

/** Whether it may take what there is now, if there is any. */
function isAdmitted(
  { hygiene, line, pace }: BucketState,
  { lane, standing, patienceMs }: BookingRequest,
  free: readonly number[],
  now: number,
): boolean {
  const [first = 0, last = first] = [free[0], free.at(-1)]
  const hasLine = line.at + lateMs > now
  if (lane === 'incident' || standing === 'begun') return true
  if (lane === 'hygiene' && hygiene <= now) return true
  if (pace > now + patienceMs) return false
  // Nobody who was told to come back by then has come.
  if (lane === 'deletion') return standing === 'due' || !hasLine || last + lateMs <= now
  return first + lateMs <= now || (!hasLine && first <= now + lentMs)
}

/** How many calls can begin in time: all, or those for which the end does not have to wait long. */
function grantable(
  shares: Shares,
  request: BookingRequest,
  free: readonly number[],
  now: number,
): number {
  const { cost, standing, patienceMs } = request
  const inTime = free.filter((time) => time <= now + patienceMs).length
  if (inTime >= cost) return cost
  const together = togetherOf(shares, request)
  const ends = now + (standing === 'begun' ? msOf(begunGap, shares) : longestGapMs)
  const endInTime = free.filter((time) => time <= ends).length
  return Math.max(0, Math.min(inTime, endInTime - together, cost - together))
}

/** No more than can ever begin at the same time. */
function togetherOf({ common }: Shares, { cost, together = 1 }: BookingRequest): number {
  return Math.min(cost, Math.max(1, together), burstOf(common))
}

function burstOf({ second, minute }: Shares['common']): number {
  return Math.min(second.calls, minute.calls)
}

interface Granted {
  readonly calls: number
  readonly free: readonly number[]
  readonly now: number
}

function grant(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  { calls, free, now }: Granted,
): Decision {
  const { lane, standing, cost, atOnce = cost } = request
  const timeline = timelineFor(state, shares, request, now)
  const slots = Array.from({ length: Math.min(calls, atOnce) }, () => timeline.take())
  const isOwnShare = lane === 'hygiene' && state.hygiene <= now
  const later = cost - slots.length
  const left = { calls: later, until: (free.at(-1) ?? now) + lateMs }
  const end = { ...left, calls: Math.min(later, endOf(request)) }
  return {
    slots,
    later,
    state: {
      ...state,
      common: timeline.log,
      usual: usualAfter(state, request),
      hygiene: isOwnShare ? now + slots.length * shares.hygieneIntervalMs : state.hygiene,
      ...(lane === 'incident'
        ? { urgent: keptAfter(state.urgent, isKeptFor(request) ? cost : 0, left, now) }
        : {
            owed: keptAfter(state.owed, standing === 'begun' ? cost : 0, left, now),
            ends: keptAfter(state.ends, standing === 'begun' ? endOf(request) : 0, end, now),
            pace: standing === 'begun' ? state.pace : paceAfter(state, shares, cost, now),
          }),
    },
  }
}

/** Whether calls are kept for an incident: for one that came before, until it has booked any. */
function isKeptFor({ standing, ahead }: BookingRequest): boolean {
  return standing !== 'new' && ahead === undefined
}

function usualAfter({ usual }: BucketState, request: BookingRequest): number {
  const { standing, isUnplanned, ahead, cost } = request
  const isPlan = !isUnplanned && (standing !== 'begun' || ahead !== undefined)
  return isPlan ? usual + (cost - usual) * newestShare : usual
}

/** What was kept for the one who has come is his no more, but for what he has left. */
function keptAfter(kept: Kept, own: number, left: Kept, now: number): Kept {
  const calls = Math.max(0, keptCalls(kept, now) - own) + left.calls
  if (calls === 0) return { calls: 0, until: 0 }
  const until = left.calls === 0 ? kept.until : left.until
  return { calls, until, since: keptSince(kept, now) }
}

function paceAfter({ pace }: BucketState, shares: Shares, cost: number, now: number): number {
  return Math.max(pace, now - msOf(burst, shares)) + cost * shares.intervalMs
}

/** When to come back: as soon as there is room for as many calls as can begin together. */
function putOff(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  free: readonly number[],
  now: number,
): Decision {
  const { lane, standing, cost } = request
  const many = Math.min(cost, burstOf(shares.common))
  const roomAt = Math.max(now, free[many - 1] ?? now)
  if (lane === 'incident')
    return { comeBackAt: roomAt, state: awaited(state, request, roomAt, now) }
  if (lane === 'hygiene') return { comeBackAt: Math.max(roomAt, state.hygiene), state }
  const together = togetherOf(shares, request)
  const first = Math.max(now, free[0] ?? now)
  if (standing === 'begun') {
    // What comes before its end may be made one by one, once that is near.
    const begins = Math.max(first, free[Math.min(cost - together, begunAtOnce) - 1] ?? first)
    const endsAt = free[together] ?? roomAt
    const comeBackAt = cost <= together ? roomAt : Math.max(begins, endsAt - msOf(begunGap, shares))
    return { comeBackAt, state: keptFor(state, comeBackAt) }
  }
  if (standing === 'new') return joinLine(state, shares, request, now)
  const isEndNear = cost > together && roomAt - first <= longestGapMs
  const comeBackAt = Math.max(isEndNear ? first : roomAt, state.again, state.pace)
  return { comeBackAt, state: { ...state, again: comeBackAt + apartMs(state, shares) } }
}

/** How far apart those come back who came in vain: there is always somebody for what becomes free. */
function apartMs({ usual }: BucketState, { intervalMs }: Shares): number {
  return Math.ceil(Math.max(1, usual / cameForOne) * intervalMs)
}

function keptFor(state: BucketState, time: number): BucketState {
  const [owed, ends] = [keptUntil(state.owed, time + lateMs), keptUntil(state.ends, time + lateMs)]
  return owed === state.owed && ends === state.ends ? state : { ...state, owed, ends }
}

function keptUntil(kept: Kept, time: number): Kept {
  return kept.calls === 0 || kept.until >= time ? kept : { ...kept, until: time }
}

/** What becomes free until an incident comes back is its own. */
function awaited(
  state: BucketState,
  request: BookingRequest,
  time: number,
  now: number,
): BucketState {
  const { cost } = request
  const calls = keptCalls(state.urgent, now)
  const until = Math.max(state.urgent.until, time + lateMs)
  return {
    ...state,
    urgent: {
      calls: isKeptFor(request) ? Math.max(calls, cost) : calls + cost,
      until,
      since: keptSince(state.urgent, now),
    },
  }
}

/** Behind everybody in the line, and when all of these will have made their calls. */
function joinLine(
  state: BucketState,
  shares: Shares,
  request: BookingRequest,
  now: number,
): Decision {
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
