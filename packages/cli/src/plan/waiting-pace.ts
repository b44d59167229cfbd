import { RateBudgetError } from '@lapse/core/errors'
import type { Pace } from '@lapse/core/ory'
import type { Clock } from '@lapse/core/ports'

/** What a pace waits with. */
export interface Waiting {
  readonly clock: Clock
  /** Until so many milliseconds are over, or somebody stops it. */
  readonly pause: (milliseconds: number) => Promise<unknown>
  /** Told before every wait. @param until milliseconds since the epoch */
  readonly tell: (bucket: string, until: number) => void
  readonly signal: AbortSignal
}

/**
 * The same pace, for a person who waits: where there is no room for a call it is asked again later,
 * as nobody has a queue to put it back on.
 */
export function waitingPace(pace: Pace, { clock, pause, tell, signal }: Waiting): Pace {
  return {
    async next(attempt) {
      for (;;) {
        try {
          return await pace.next(attempt)
        } catch (error) {
          if (!(error instanceof RateBudgetError) || error.until >= attempt.deadline) throw error
          tell(error.bucket, error.until)
          await pause(Math.max(1, error.until - clock.now()))
          signal.throwIfAborted()
        }
      }
    },
    ended: (attempt, outcome) => pace.ended(attempt, outcome),
  }
}
