import type { Port, RateBucket } from './operation.ts'

/** One request that is about to be sent. */
export interface PacedAttempt {
  readonly operation: string
  /** Whose it is. */
  readonly port: Port
  readonly bucket: RateBucket
  /** When its call has to have ended, in milliseconds since the epoch. */
  readonly deadline: number
}

/** When a request may be sent, in milliseconds since the epoch: not before `from`, not after `until`. */
export interface Slot {
  readonly from: number
  readonly until: number
}

/** What a request came to, as far as it tells of Ory as a whole. */
export interface PacedOutcome {
  /**
   * The status of an answer, or that there was no connection, or that one broke off before the
   * answer was whole, or that none came in a time in which a server that is well answers anything, or
   * that none of these is known.
   */
  readonly status: number | 'no-connection' | 'broken-off' | 'no-answer' | 'unknown'
  /** How long the bucket has nothing left, in milliseconds; absent where it has, or nobody says. */
  readonly usedUpForMs?: number | undefined
}

/**
 * Decides when requests are sent. Every attempt asks, the first of a call and its repetitions alike,
 * and so does every page of a list.
 */
export interface Pace {
  /**
   * The next slot; `undefined`: at once. Asked again where the slot was missed.
   * @param missed the slot of the same attempt that was missed, where it was
   * @throws where nothing may be sent for now: the call ends with it, or as its last attempt did
   */
  next(attempt: PacedAttempt, missed?: Slot): Promise<Slot | undefined>
  /** Told of every attempt; what it returns is waited for. Never rejects. */
  ended(attempt: PacedAttempt, outcome: PacedOutcome): Promise<void> | undefined
}
