import type { Lane } from '../lane.ts'
import type { BookingRequest } from '../ports/index.ts'
import type { HeldCalls } from './held-calls.ts'

/** A place in the line of a bucket: when its turn is expected, in milliseconds since the epoch. */
export interface Turn {
  readonly bucket: string
  readonly at: number
}

/** Who books. */
export interface Caller {
  readonly lane: Lane
  /** The longest that a call is waited for which may as well be made later, in milliseconds. */
  readonly patienceMs: number
  /** That of a look at what was done, which would be done again otherwise; absent: the same. */
  readonly lookPatienceMs?: number
  /** What earlier deliveries were told, the latest of each bucket; absent: nothing. */
  readonly turns?: readonly Turn[]
  /** Where it goes before those who come for the first time, in every bucket; absent: nowhere. */
  readonly standing?: 'due' | 'begun' | undefined
  /** Ends whatever is asked of the budget. */
  readonly signal?: AbortSignal | undefined
}

/** Where a caller goes in a bucket, and how long calls are waited for. */
export type CallTerms = Pick<BookingRequest, 'standing' | 'patienceMs'>

/** How far ahead calls may be that follow others at once, where they did not fit the first time. */
const laterPatienceMs = 10_000

/** When its turn in a bucket is, as an earlier delivery was told; `undefined` where none was. */
export function turnOf({ turns }: Caller, bucket: string): number | undefined {
  return turns?.find((turn) => turn.bucket === bucket)?.at
}

/**
 * A look at what calls did, or before those whose turn has come, goes before others, and so does one
 * that follows another, which would be made once more. One that was put off for itself all the same
 * has a turn as well, and goes by that: were it to go first each time, looks would be made in vain
 * for as long as both buckets are full.
 * @param others what it has of other buckets
 */
export function termsOf(
  caller: Caller,
  bucket: string,
  held: HeldCalls,
  others: readonly HeldCalls[],
): CallTerms {
  const { patienceMs, lookPatienceMs = patienceMs, turns = [] } = caller
  const wasPutOff = turns.length > 0
  const isForOthers =
    others.some(({ begun }) => begun) || (wasPutOff && turnOf(caller, bucket) === undefined)
  const isLook = held.planned === 0 && (held.begun || isForOthers)
  if (isLook) return { standing: 'begun', patienceMs: lookPatienceMs }
  const { standing, kept } = held
  const isToFollow = kept.length > 0 && (held.begun || kept.length >= held.planned)
  if (!isToFollow) return { standing, patienceMs }
  // Where few calls fit into a second, these would never all fit at once.
  return { standing, patienceMs: wasPutOff ? laterPatienceMs : lookPatienceMs }
}
