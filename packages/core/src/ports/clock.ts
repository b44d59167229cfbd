/** The time, injected so that tests never wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Whether it has been compared with a clock that is right; absent: it is taken to be right. */
  isMeasured?(): boolean
}

export const systemClock: Clock = { now: Date.now }
