import type { Shares, Window, Windows } from './windows.ts'

/** Calls whose slots are taken to be at the same time. */
type Run = readonly [ticksSinceTheRunBefore: number, calls: number]

/** The calls of the last minute, and of what is booked ahead. */
export interface CallLog {
  /** Oldest first. What is older than a minute, and than a minute's worth of calls, is not kept. */
  readonly runs: readonly Run[]
  /** The time of the last run, in ticks since the epoch. */
  readonly last: number
  /** Ory said that nothing is let through before, in whole milliseconds since the epoch; 0: never. */
  readonly notBefore: number
}

/** Times are kept in steps of so many milliseconds, rounded up: it bounds the row. */
const tickMs = 50

/** So long a call is kept at least: the longest window, and what clocks of workers may be apart. */
const keptMs = 65_000

/** Where nobody has called yet. */
export const emptyLog: CallLog = { runs: [], last: 0, notBefore: 0 }

/**
 * Gives calls their slots, each as early as every window allows: the call as many before it as the
 * window may hold is a whole window ago. So no window holds more, wherever it begins, and calls may
 * come all together, as long as there is room for them.
 */
export interface Timeline {
  /** The earliest that the next call may begin, whatever the time is now; whole milliseconds. */
  free(): number
  /** Takes the earliest slot from now on. */
  take(): number
  readonly log: CallLog
}

export function timelineOf(
  windows: Windows,
  log: CallLog,
  mostCalls: number,
  now: number,
): Timeline {
  const state = { log }
  const free = () => Math.max(state.log.notBefore, roomInAll(state.log, windows))
  return {
    free,
    take() {
      const slot = Math.max(now, free())
      state.log = withCall(state.log, slot, { mostCalls, now })
      return slot
    },
    get log() {
      return state.log
    },
  }
}

/** Calls that somebody was told to come back for, and when the last of them is expected. */
export interface Line {
  readonly log: CallLog
  /** Whole milliseconds since the epoch; 0: never. */
  readonly at: number
}

/**
 * When as many more calls can be expected, each after all that are: one by one at the pace of a
 * minute, and none before its windows have room, so that what a plan cannot be given at once follows
 * soon.
 */
export function expectedCalls(
  { common, urgent, intervalMs }: Shares,
  { log, at }: Line,
  calls: number,
  now: number,
): { readonly times: readonly number[]; readonly line: Line } {
  const kept = { mostCalls: urgent.minute.calls, now }
  const state = { log, at }
  const times = Array.from({ length: calls }, () => {
    const room = roomInAll(state.log, common)
    state.at = Math.max(state.log.notBefore, now, room, state.at + intervalMs)
    state.log = withCall(state.log, state.at, kept)
    return state.at
  })
  return { times, line: state }
}

/** Nothing is let through before this time. */
export function pushedLog(log: CallLog, time: number): CallLog {
  return time <= log.notBefore ? log : { ...log, notBefore: Math.ceil(time) }
}

function roomInAll(log: CallLog, { second, minute, headroom }: Windows): number {
  const room = Math.max(roomAt(log, minute), roomAt(log, second))
  return headroom === undefined ? room : Math.max(room, roomAt(log, headroom))
}

/** Calls that are noted later than can be count as made now; the same log where there are none. */
export function logPutRight(log: CallLog, now: number, latest: number): CallLog {
  const runs = [...log.runs]
  let [calls, time] = [0, log.last]
  for (let run = runs.at(-1); run !== undefined && time * tickMs > latest; run = runs.at(-1)) {
    calls += run[1]
    time -= run[0]
    runs.pop()
  }
  if (calls === 0 && log.notBefore <= latest) return log
  const notBefore = Math.min(log.notBefore, latest)
  if (calls === 0) return { ...log, notBefore }
  const last = Math.max(runs.length === 0 ? 0 : time, Math.ceil(now / tickMs))
  return { runs: [...runs, [runs.length === 0 ? 0 : last - time, calls]], last, notBefore }
}

/** When the window has room for one more call. */
function roomAt({ runs, last }: CallLog, { calls, lengthMs }: Window): number {
  let [left, time] = [calls, last]
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const [ticks, made] = runs[index] as Run
    left -= made
    if (left <= 0) return time * tickMs + lengthMs
    time -= ticks
  }
  return 0
}

function withCall(log: CallLog, slot: number, kept: Kept): CallLog {
  const time = Math.max(log.last, Math.ceil(slot / tickMs))
  const [ticks = 0, calls = 0] = log.runs.at(-1) ?? []
  const runs: readonly Run[] =
    time === log.last && calls > 0
      ? [...log.runs.slice(0, -1), [ticks, calls + 1]]
      : [...log.runs, [log.runs.length === 0 ? 0 : time - log.last, 1]]
  return { ...log, runs: newest(runs, time, kept), last: time }
}

/**
 * The log without a call whose slot was not used. `undefined` where no call is known at its time: then
 * it is not certain that there is one to take out.
 */
export function withoutCall(log: CallLog, slot: number): CallLog | undefined {
  const wanted = Math.ceil(slot / tickMs)
  let time = log.last
  for (let index = log.runs.length - 1; index >= 0 && time >= wanted; index -= 1) {
    const [ticks, calls] = log.runs[index] as Run
    if (time === wanted) return { ...log, ...without(log, index, [ticks, calls]) }
    time -= ticks
  }
  return undefined
}

function without(
  { runs, last }: CallLog,
  index: number,
  [ticks, calls]: Run,
): Pick<CallLog, 'runs' | 'last'> {
  if (calls > 1) return { runs: runs.with(index, [ticks, calls - 1]), last }
  const next = runs[index + 1]
  if (next === undefined) return { runs: runs.slice(0, -1), last: last - ticks }
  // What comes after it stays where it is.
  const after: Run = [index === 0 ? 0 : ticks + next[0], next[1]]
  return { runs: [...runs.slice(0, index), after, ...runs.slice(index + 2)], last }
}

/**
 * Without the runs that are in no window any more, of which the last one is at this time. As many
 * calls as a minute may hold are kept however old they seem to be: the clock may be wrong.
 */
function newest(runs: readonly Run[], last: number, { mostCalls, now }: Kept): readonly Run[] {
  const oldest = Math.floor((now - keptMs) / tickMs)
  let [left, time] = [mostCalls, last]
  const lastOld = runs.findLastIndex(([ticks, calls]) => {
    const isOld = left <= 0 && time < oldest
    left -= calls
    time -= ticks
    return isOld
  })
  return lastOld === -1 ? runs : runs.slice(lastOld + 1)
}

/** What is kept in any case: so many calls, and those of the time until now. */
interface Kept {
  readonly mostCalls: number
  readonly now: number
}
