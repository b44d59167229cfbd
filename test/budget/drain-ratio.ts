const minute = 60_000

/**
 * How long the destructive calls took, beside what the limit less tolerance allows.
 * @param needed how many there had to be; what was made twice is lost time
 */
export function drainRatio(
  calls: readonly number[],
  perMinute: number,
  needed = calls.length,
): number {
  const allowed = perMinute - Math.max(1, Math.floor(perMinute * 0.03))
  const tookMs = (calls.at(-1) ?? 0) - (calls[0] ?? 0)
  return tookMs / ((needed / allowed) * minute)
}
