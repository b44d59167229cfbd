/** RFC 3339, UTC, of milliseconds since the epoch. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
