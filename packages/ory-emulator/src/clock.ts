/** The time an emulator lives in: the machine's, moved. It goes on by itself. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Moves the time to this moment (milliseconds since the epoch), back as well. */
  set(ms: number): void
  /** Lets time pass for lifespans, challenges, page tokens and rate windows; never for timeouts. */
  advance(ms: number): void
}

/** A clock that can be told to forget how it was moved. */
export interface MovedClock extends Clock {
  reset(): void
}

export function newClock(real: () => number): MovedClock {
  let ahead = 0
  return {
    now: () => real() + ahead,
    set(ms) {
      ahead = ms - real()
    },
    advance(ms) {
      ahead += ms
    },
    reset() {
      ahead = 0
    },
  }
}
