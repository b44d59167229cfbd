/** Tells an observer; what it throws is told to `onError`, and stops nothing. */
export function tell<T>(
  observer: ((news: T) => void) | undefined,
  news: T,
  onError: ((error: unknown) => void) | undefined,
): void {
  try {
    observer?.(news)
  } catch (error) {
    onError?.(error)
  }
}
