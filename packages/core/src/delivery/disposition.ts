import {
  EventError,
  LapseError,
  OryArgumentError,
  RefusedError,
  type WaitingCause,
} from '../errors.ts'
import type { ComesBack } from '../run/index.ts'
import { codeOf } from './describe-error.ts'
import { waitSeconds } from './wait-seconds.ts'
import { isOver, lineOf, type Waiting } from './waiting.ts'
import { waitingCauseOf } from './waiting-cause.ts'

/**
 * What becomes of a message that did not succeed. `retry` leaves it to the queue and counts
 * towards its `maxReceiveCount`; `defer` is waiting, and does not.
 */
export type Disposition =
  | { readonly next: 'retry' }
  | { readonly next: 'defer'; readonly cause: WaitingCause; readonly seconds: number }
  | { readonly next: 'dead-letter'; readonly reason: string }

/**
 * Judges what a delivery threw. Pure; `now` in milliseconds since the epoch.
 * @param waiting how the message waited before
 */
export function dispositionOf(
  error: unknown,
  waiting: Waiting | undefined,
  now: number,
): Disposition {
  const cause = waitingCauseOf(error)
  if (cause !== undefined) {
    if (isOver(waiting, cause, now))
      return { next: 'dead-letter', reason: `deferred-too-long: ${codeOf(error)}` }
    return {
      next: 'defer',
      cause,
      seconds: waitSeconds(error, cause, now, deferralsLike(error, waiting)),
    }
  }
  if (isStackOverflow(error)) return { next: 'dead-letter', reason: 'nested-too-deeply' }
  if (!(error instanceof LapseError) || error.retryable) return { next: 'retry' }
  return { next: 'dead-letter', reason: reasonOf(error) }
}

/** When a message comes back that is put off now, and what for; `undefined` where it is not. */
export function comesBack(disposition: Disposition, now: number): ComesBack | undefined {
  if (disposition.next !== 'defer') return undefined
  const { cause, seconds } = disposition
  return { cause, at: now + seconds * 1000 }
}

/** Standing in a line makes no other wait longer, nor the other way round. */
function deferralsLike(
  error: unknown,
  { deferrals = 0, paced = 0, leased = 0 }: Partial<Waiting> = {},
): number {
  const line = lineOf(codeOf(error))
  return line === undefined ? deferrals - paced - leased : { paced, leased }[line]
}

/** Only what a message holds makes lapse recurse: no later delivery ends otherwise. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message)
}

function reasonOf(error: LapseError): string {
  const hasReason =
    error instanceof EventError ||
    error instanceof RefusedError ||
    error instanceof OryArgumentError
  return (hasReason ? error.reason : undefined) ?? `${error.code}: ${error.message}`
}
