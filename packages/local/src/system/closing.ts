/** What has to be stopped, in the order in which it was started. */
export interface Closing {
  add(stop: () => Promise<void>): void
  /** Stops everything once, last started first, whatever goes wrong on the way; then says what did. */
  close(): Promise<void>
}

/** Nothing to stop yet. */
export function createClosing(): Closing {
  const stops: (() => Promise<void>)[] = []
  const closed: { done?: Promise<void> } = {}
  return {
    add: (stop) => void stops.push(stop),
    close: () => {
      closed.done ??= stopAll(stops.toReversed())
      return closed.done
    },
  }
}

async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const stop of stops) await stop().catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw new AggregateError(errors, 'not everything stopped cleanly')
}

/** Waits for all of them even if one fails, so that none is left starting; then fails with the first. */
export async function settled<T extends readonly Promise<unknown>[]>(
  promises: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
