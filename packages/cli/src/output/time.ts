import { kept } from './layout.ts'

/** A time (RFC 3339, or milliseconds of the epoch) in UTC, to the second. */
export function timeText(time: string | number): string {
  return kept(new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, ''))
}
