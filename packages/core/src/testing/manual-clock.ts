import type { Clock } from '../ports/index.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void
}

export function manualClock(start: string): ManualClock {
  const state = { now: Date.parse(start) }
  return {
    now: () => state.now,
    advance(milliseconds) {
      state.now += milliseconds
    },
  }
}
