/** How far a publisher's clock may be ahead of ours, in milliseconds. */
export const longestAheadMs = 5 * 60_000

/**
 * Whether an event's time has yet to come, by more than a clock may be wrong.
 *
 * @param time RFC 3339
 * @param now milliseconds since the epoch
 */
export function isAhead(time: string, now: number): boolean {
  return Date.parse(time) > now + longestAheadMs
}
