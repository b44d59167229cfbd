import { type CallLog, emptyLog, type Line, pushedLog } from './call-log.ts'
import { type Kept, lateMs, nothingKept } from './kept-calls.ts'

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
  /** Hygiene that was told to come back, which comes after those in line. */
  readonly lent: Lent
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

/** Plans of hygiene that wait for what nobody else wants. */
export interface Lent {
  /** When the last of them is expected. */
  readonly at: number
  /** When the line of those who came back in vain has an end. */
  readonly again: number
}

/** Nobody of hygiene was told to come back. */
export const nothingLent: Lent = { at: 0, again: 0 }

/** A bucket that nobody has used. Plans are taken to be short at first. */
export const unused: BucketState = {
  common: emptyLog,
  hygiene: 0,
  line: { log: emptyLog, at: 0 },
  again: 0,
  lent: nothingLent,
  owed: nothingKept,
  ends: nothingKept,
  urgent: nothingKept,
  pace: 0,
  usual: 2,
  returns: [],
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

/** Until when room is left to deletions that were told to come back. */
export function lineEndsAt({ line, again }: BucketState): number {
  return Math.max(line.at, again) + lateMs
}
