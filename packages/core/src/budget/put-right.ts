import { type BucketState, nothingLent } from './bucket-state.ts'
import { emptyLog, logPutRight } from './call-log.ts'
import type { Kept } from './kept-calls.ts'
import { graceMs } from './windows.ts'

/** Nobody books further ahead, and nobody is held up for longer at a time. */
const furthestMs = 60_000 + graceMs

/** What a plan has left may want a minute's calls after those of the minute before. */
const longestKeptMs = 2 * furthestMs

const nobodyInLine = {
  line: { log: emptyLog, at: 0 },
  again: 0,
  lent: nothingLent,
  hygiene: 0,
} as const satisfies Partial<BucketState>

/**
 * A row into which somebody wrote whose clock is ahead would keep everybody waiting for as long. What
 * nobody can have meant is put right by one who knows what time it is: calls that are noted too late
 * count as made now, which keeps the limit, and a minute later all is as ever. The same state where
 * there is nothing to put right.
 */
export function putRight(state: BucketState, now: number): BucketState {
  const furthest = now + furthestMs
  const common = logPutRight(state.common, now, furthest)
  const right = {
    owed: noLater(state.owed, now + longestKeptMs),
    ends: noLater(state.ends, now + longestKeptMs),
    urgent: noLater(state.urgent, now + longestKeptMs),
    pace: Math.min(state.pace, furthest),
  }
  // Who joined the line since was told a time after those that are wrong.
  if (common !== state.common) return { ...state, ...right, common, ...nobodyInLine }
  const names = Object.keys(right) as (keyof typeof right)[]
  return names.every((name) => right[name] === state[name]) ? state : { ...state, ...right }
}

function noLater(kept: Kept, latest: number): Kept {
  const { until, since = 0 } = kept
  if (until <= latest) return kept
  return { ...kept, until: latest, since: Math.min(since, latest) }
}
