/** Makes something on first use and keeps it; a failure is forgotten, so that the next use tries anew. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  const kept: { made?: Promise<T> } = {}
  return () => {
    kept.made ??= make().catch((error: unknown) => {
      delete kept.made
      throw error
    })
    return kept.made
  }
}
