import {
  CircuitOpenError,
  DeadlineError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryApiError,
  RateBudgetError,
  type WaitingCause,
} from '../errors.ts'
import { longestAskedMs } from './waiting.ts'

/** The longest a wait grows to by itself, in seconds. */
const longestBackoff = 900

/**
 * So often a message comes back when it is told to, and is told again, before it waits for longer. In
 * the line of a lease hardly anybody is told twice, unless its holder has died.
 */
const timesInVain = { pace: 64, lease: 4 } as const

/**
 * So much before its turn a message comes back: delays are in whole seconds, it looks before it
 * calls, and a slot that nobody uses meanwhile is lost to all.
 */
const soonerMs = 300

type Wait = (error: unknown, now: number, deferrals: number) => number

/** Who waits otherwise than its cause says. The first row that fits counts. */
const exceptions: readonly {
  readonly fits: (error: unknown) => boolean
  readonly seconds: Wait
}[] = [
  {
    fits: (error) => error instanceof LeaseHeldError,
    // A lease is as long as an invocation can last; most are given back much sooner.
    seconds: (error, now, n) => {
      const { until, turnAt } = error as LeaseHeldError
      if (turnAt !== undefined) return Math.max(secondsUntil(turnAt, now), inVain(n, 'lease'))
      return Math.min(backoff(1, n), secondsUntil(until, now))
    },
  },
  {
    fits: (error) =>
      error instanceof DeadlineError ||
      error instanceof OryAbortedError ||
      error instanceof LedgerConflictError,
    seconds: (_error, _now, n) => (n === 0 ? 0 : backoff(1, n)),
  },
  {
    fits: (error) => error instanceof RateBudgetError,
    seconds: (error, now, n) =>
      Math.max(inVain(n, 'pace'), secondsUntil((error as RateBudgetError).until - soonerMs, now)),
  },
  {
    // An outage may last for days: coming each time that somebody looks would be in vain.
    fits: (error) => error instanceof CircuitOpenError,
    seconds: (error, now, n) =>
      Math.max(backoff(5, n), secondsUntil((error as CircuitOpenError).until, now)),
  },
  {
    fits: (error) => error instanceof OryApiError && error.retryAfterMs !== undefined,
    seconds: (error, now, n) => Math.max(backoff(5, n), askedSeconds(error as OryApiError, now)),
  },
]

/** Where what is waited for may be there again in a moment, the first wait is short. */
const firstSeconds: Readonly<Record<WaitingCause, number>> = { deployment: 60, ory: 5, aws: 5 }

/** For how many seconds a message waits that was deferred so often before. May exceed one delay. */
export function waitSeconds(
  error: unknown,
  cause: WaitingCause,
  now: number,
  deferrals: number,
): number {
  const exception = exceptions.find(({ fits }) => fits(error))
  return exception?.seconds(error, now, deferrals) ?? backoff(firstSeconds[cause], deferrals)
}

function askedSeconds({ retryAfterMs = 0 }: OryApiError, now: number): number {
  return secondsUntil(now + Math.min(retryAfterMs, longestAskedMs), now)
}

function secondsUntil(time: number, now: number): number {
  return Math.max(0, Math.ceil((time - now) / 1000))
}

/**
 * What has a place in a line gains nothing by coming later; unless others go first again and again, for
 * hours or days: a copy every few seconds would be too many copies before it ends.
 */
function inVain(deferrals: number, line: keyof typeof timesInVain): number {
  const more = deferrals - timesInVain[line]
  return more < 0 ? 0 : backoff(1, more + 1)
}

/** Doubles from `base` up to a quarter of an hour. */
function backoff(base: number, deferrals: number): number {
  return Math.min(longestBackoff, base * 2 ** Math.min(deferrals, 10))
}
