import {
  DeadlineError,
  EventError,
  LapseError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryApiError,
  RefusedError,
} from '../errors.ts'
import { delaySecondsUntil, type Envelope } from './envelope.ts'

/**
 * What becomes of a message that did not succeed. `retry` leaves it to the queue and counts
 * towards its `maxReceiveCount`; `defer` is waiting, and does not.
 */
export type Disposition =
  | { readonly next: 'retry' }
  | { readonly next: 'defer'; readonly delaySeconds: number }
  | { readonly next: 'dead-letter'; readonly reason: string }

/** How long a message may wait before it goes to the DLQ with its reason. */
const longestDeferralMs = 24 * 60 * 60 * 1000

type Waiting = (error: LapseError, now: number, deferrals: number) => number

/** Why a message may have to wait, and for how many seconds. The first row that fits counts. */
const waits: readonly {
  readonly because: (error: LapseError) => boolean
  readonly seconds: Waiting
}[] = [
  { because: (error) => error.configuration, seconds: (_error, _now, n) => backoff(60, n) },
  {
    because: (error) => error instanceof LeaseHeldError,
    // A lease is as long as an invocation can last; most are given back much sooner.
    seconds: (error, now, n) =>
      Math.min(backoff(1, n), delaySecondsUntil((error as LeaseHeldError).until, now)),
  },
  {
    because: (error) => error instanceof OryApiError && error.status === 429,
    seconds: (error, now, n) =>
      Math.max(backoff(5, n), delaySecondsUntil(now + retryAfterMs(error), now)),
  },
  {
    because: (error) =>
      error instanceof DeadlineError ||
      error instanceof OryAbortedError ||
      error instanceof LedgerConflictError,
    seconds: (_error, _now, n) => (n === 0 ? 0 : backoff(1, n)),
  },
]

/** Judges what a delivery threw. Pure; `now` in milliseconds since the epoch. */
export function dispositionOf(error: unknown, envelope: Envelope, now: number): Disposition {
  if (!(error instanceof LapseError)) return { next: 'retry' }

  const deferrals = envelope.deferrals ?? 0
  const wait = waits.find(({ because }) => because(error))
  if (wait !== undefined) {
    return now - (envelope.deferredSince ?? now) >= longestDeferralMs
      ? { next: 'dead-letter', reason: `deferred-too-long: ${error.code}` }
      : { next: 'defer', delaySeconds: wait.seconds(error, now, deferrals) }
  }
  if (error.retryable) return { next: 'retry' }
  return { next: 'dead-letter', reason: reasonOf(error) }
}

function reasonOf(error: LapseError): string {
  if (error instanceof EventError || error instanceof RefusedError) return error.reason
  return `${error.code}: ${error.message}`
}

function retryAfterMs(error: LapseError): number {
  return error instanceof OryApiError ? (error.retryAfterMs ?? 0) : 0
}

/** Doubles from `base` up to a quarter of an hour, the longest a queue delays. */
function backoff(base: number, deferrals: number): number {
  return Math.min(900, base * 2 ** Math.min(deferrals, 10))
}
