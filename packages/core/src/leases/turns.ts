import { withinSignal } from '../ports/index.ts'

/**
 * Who is next within one process, by what is written to. Deliveries of one batch that write to the same
 * thing follow one another, where each would find it taken by the others.
 */
export interface Turns {
  /**
   * Waits until all who came before are done.
   * @returns what ends the turn, for whom it was waited in vain as well
   */
  wait(name: string, patienceMs: number): Promise<() => void>
  /** Lets so much time pass in which others are at work, in milliseconds. */
  pause(ms: number): Promise<void>
}

/** Keeps the process alive, unlike the timeout of a signal: it may be all that an invocation does. */
const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** @param pause lets time pass; that of the machine if nothing else is said */
export function turns(pause: Turns['pause'] = passed): Turns {
  const last = new Map<string, Promise<void>>()
  return {
    async wait(name, patienceMs) {
      const before = last.get(name)
      const own = Promise.withResolvers<void>()
      // Whoever has lost patience is in nobody's way, and lets nobody pass those before.
      const done = Promise.all([before, own.promise]).then(() => {
        if (last.get(name) === done) last.delete(name)
      })
      last.set(name, done)
      if (before !== undefined)
        await withinSignal(AbortSignal.timeout(patienceMs), () => before).catch(() => undefined)
      return own.resolve
    },
    pause,
  }
}
