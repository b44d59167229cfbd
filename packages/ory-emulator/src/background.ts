/** Work that outlives its request, as Hydra's goroutines do. */
export interface Background {
  run(work: () => Promise<void>): void
  /** Settles once no work is left, work started meanwhile included. */
  idle(): Promise<void>
}

/** What fails after `ended` is nobody's concern any more. */
export function newBackground(ended?: AbortSignal): Background {
  const running = new Set<Promise<void>>()
  return {
    run(work) {
      // Hydra logs such failures and goes on: the request they belong to is long answered.
      const settled = work().catch((error: Error) => {
        if (!ended?.aborted) process.emitWarning(error)
      })
      running.add(settled)
      settled.finally(() => running.delete(settled))
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
