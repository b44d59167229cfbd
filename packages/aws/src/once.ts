/** How long what was made is kept; for ever where nothing is said. */
export interface Keeping {
  readonly maxAgeMs: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Makes something on first use and keeps it. A failure is forgotten, so that the next use tries
 * anew; what has become too old is made again.
 */
export function once<T>(make: () => Promise<T>, keeping?: Keeping): () => Promise<T> {
  const kept: { made?: Promise<T>; at: number } = { at: 0 }
  const isTooOld = () => keeping !== undefined && keeping.now() - kept.at >= keeping.maxAgeMs
  return () => {
    if (kept.made !== undefined && !isTooOld()) return kept.made

    const made = make()
    kept.made = made
    kept.at = keeping?.now() ?? 0
    made.catch(() => {
      if (kept.made === made) delete kept.made
    })
    return made
  }
}
