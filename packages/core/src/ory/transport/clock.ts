/** Time as the client sees it; a test brings its own and never sleeps. */
export interface OryClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls back once, after so many milliseconds; answers with what `clearTimeout` takes. */
  readonly setTimeout: (callback: () => void, ms: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
}

/** The machine's own clock. */
export const systemClock: OryClock = {
  now: Date.now,
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Waits; `false` where the signal ended it early. */
export const wait = (
  clock: OryClock,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve(false)

    const onAbort = () => {
      clock.clearTimeout(timer)
      resolve(false)
    }
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve(true)
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
