import { UsageError } from '../errors.ts'

/** Which time is meant, as it is typed. */
export interface RangeOptions {
  readonly from?: string
  readonly to?: string
}

/** Milliseconds since the epoch, both included. */
export interface Range {
  readonly from: number
  readonly to: number
}

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/**
 * The time that is meant: a day (`2026-11-29`, in UTC, to its end where it is the last), a time
 * (RFC 3339), or so long ago (`90m`, `24h`, `7d`).
 *
 * @param usual how far it goes back where nothing is said
 * @throws UsageError
 */
export function rangeOf({ from, to }: RangeOptions, now: number, usual: string): Range {
  const range = {
    from: timeOf('--from', from ?? usual, now),
    to: to === undefined ? now : timeOf('--to', to, now, units['d']),
  }
  if (range.from > range.to) throw new UsageError('--from is later than --to')
  return range
}

function timeOf(option: string, text: string, now: number, dayLong = 0): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * (units[unit] ?? 0)
  const day = /^\d{4}-\d\d-\d\d$/.test(text)
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  // Of a day that there is not, Date makes another one.
  if (Number.isNaN(time) || (day && !new Date(time).toISOString().startsWith(text)))
    throw new UsageError(
      `${option} is not a time; write it like 2026-11-29, 2026-11-29T12:00:00Z, 24h or 7d`,
    )
  return day && dayLong > 0 ? time + dayLong - 1 : time
}
