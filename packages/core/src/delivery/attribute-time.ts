/** So far two clocks may be apart, or sending a message may take, in milliseconds. */
export const toleranceMs = 15 * 60_000

/** A time, in milliseconds since the epoch, as RFC 3339 for whoever reads it on a DLQ. */
export function textOfTime(time: number): string {
  return new Date(time).toISOString()
}

/** Reads an RFC 3339 time; `undefined` where it is not one. */
export function timeOf(text = ''): number | undefined {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** A time no later than `now`; what another clock says is a little ahead is now. */
export function pastTimeOf(text: string | undefined, now: number): number | undefined {
  const time = timeOf(text)
  return time === undefined || time > now + toleranceMs ? undefined : Math.min(time, now)
}
