/** Time, and being woken at one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `ring` once, at this time or as soon after it as can be; what it gives calls that off. */
  at(time: number, ring: () => void): () => void
}

/** The longest a timer of Node.js can wait, in milliseconds. */
const LONGEST_TIMER_MS = 2_147_483_647

/** This machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at: (time, ring) => {
    const timer: { id?: NodeJS.Timeout } = {}
    const wait = (): void => {
      const remaining = time - Date.now()
      const wake = remaining > LONGEST_TIMER_MS ? wait : ring
      timer.id = setTimeout(wake, Math.min(Math.max(remaining, 0), LONGEST_TIMER_MS))
    }
    wait()
    return () => clearTimeout(timer.id)
  },
}
