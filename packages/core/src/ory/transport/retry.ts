import {
  type LapseError,
  OryApiError,
  OryConfigurationError,
  OryTransportError,
} from '../../errors.ts'

/** When a call is sent again. */
export interface RetryPolicy {
  /** How often a call is sent at most, the first time included. */
  readonly maxAttempts: number
  /** The least wait between two attempts, in milliseconds. */
  readonly floorMs: number
  /** The most the first wait can be without the server asking; it doubles from then on. */
  readonly baseMs: number
  /** The most any wait can be without the server asking, in milliseconds. */
  readonly capMs: number
  /** The longest that a server may ask to wait within a call, in milliseconds; a longer ask ends it. */
  readonly askedCapMs: number
}

/** Some 30 seconds of waiting on average before giving up, which outlasts a restart. */
export const defaultRetry: RetryPolicy = {
  maxAttempts: 8,
  floorMs: 50,
  baseMs: 500,
  capMs: 30_000,
  askedCapMs: 5000,
}

/**
 * How long to wait before the next attempt, in milliseconds: a random part of an exponential
 * (full jitter), or what the server asks for where that is longer. Nothing is added to the latter.
 *
 * @param failed how many attempts have failed so far, from 1 up
 */
export const delayMs = (
  policy: RetryPolicy,
  failed: number,
  askedMs: number | undefined,
  random: () => number,
): number => {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** (failed - 1))
  const jittered = Math.max(policy.floorMs, random() * ceiling)

  return Math.max(jittered, askedMs ?? 0)
}

/**
 * Whether the same call may be sent again after this error: only where the operation is repeatable
 * or the server cannot have seen the request.
 */
export const maySendAgain = (error: LapseError, repeatable: boolean): boolean => {
  if (error instanceof OryApiError) return repeatable && error.retryable
  if (error instanceof OryTransportError) {
    return error.reason !== 'unknown' && (repeatable || !error.mayHaveRun)
  }

  return error instanceof OryConfigurationError && error.temporary
}
