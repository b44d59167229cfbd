/**
 * The first of several things to happen. Each wait is given a signal that lets it go when another
 * was first, so that nothing stays attached to something that lives longer.
 */
export async function first<T>(
  ...waits: readonly ((over: AbortSignal) => Promise<T>)[]
): Promise<T> {
  const over = new AbortController()
  try {
    return await Promise.race(waits.map((wait) => wait(over.signal)))
  } finally {
    over.abort()
  }
}

/** Waits until a signal is aborted; one that never comes is waited for until `over`. */
export async function aborted(signal: AbortSignal | undefined, over: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true, signal: over })
  })
}
