import { GoError } from './go-error.ts'
import { quoted } from './quote.ts'

const layout = '2006-01-02T15:04:05Z07:00'

const rfc3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/

/**
 * An RFC 3339 time in UTC, as Go prints it: up to nine decimals, none that are zero at the end.
 *
 * @throws GoError where Go could not parse it.
 */
export function normaliseTime(value: unknown): string {
  if (typeof value !== 'string') throw new GoError('Time.UnmarshalJSON: input is not a JSON string')
  const [, , fraction = ''] = rfc3339.exec(value) ?? []
  const at = Date.parse(value)
  if (Number.isNaN(at) || !rfc3339.test(value) || !hasItsDay(value)) throw cannotParse(value)
  const decimals = fraction.slice(0, 9).replace(/0+$/, '')
  return `${new Date(at).toISOString().slice(0, 19)}${decimals && `.${decimals}`}Z`
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function hasItsDay(value: string): boolean {
  const day = value.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) === day
}

/** The time of a client's or an issuer's timestamp, to the millisecond. */
export function formatTime(ms: number): string {
  return normaliseTime(new Date(ms).toISOString())
}

/** A whole second as Go's `%s` prints a time: `2026-01-02 03:04:05 +0000 UTC`. */
export function goTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`
}

/** Seconds since the epoch as Go's RFC 3339 has them: beyond the year 9999 as well, where JavaScript's dates end. */
export function goRfc3339(seconds: number): string {
  // The calendar repeats itself every 400 years.
  const period = 146_097 * 86_400
  const periods = Math.floor(seconds / period)
  const date = new Date((seconds - periods * period) * 1000).toISOString()
  const year = Number(date.slice(0, 4)) + periods * 400
  return `${String(year).padStart(4, '0')}${date.slice(4, 19)}Z`
}

/** To the nearest whole second, as Hydra rounds what it stores. */
export function roundToSecond(ms: number): number {
  return Math.round(ms / 1000) * 1000
}

type Part = readonly [pattern: RegExp, name: string, largest?: number, what?: string]

const parts: readonly Part[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d{2}/, '01', 12, 'month'],
  [/^-/, '-'],
  [/^\d{2}/, '02', 31, 'day'],
  [/^T/, 'T'],
  [/^\d{2}/, '15', 23, 'hour'],
  [/^:/, ':'],
  [/^\d{2}/, '04', 59, 'minute'],
  [/^:/, ':'],
  [/^\d{2}/, '05', 59, 'second'],
  [/^(\.\d+)?/, ''],
  [/^(Z|[+-]\d{2}:\d{2})/, 'Z07:00'],
]

function cannotParse(value: string): GoError {
  // Go looks at the JSON as it was sent, with its escapes.
  const source = JSON.stringify(value).slice(1, -1)
  const parsing = `parsing time "${quoted(source)}"`
  let rest = source
  for (const [pattern, name, largest = 99, what] of parts) {
    const [found] = pattern.exec(rest) ?? []
    if (found === undefined) {
      return new GoError(`${parsing} as "${layout}": cannot parse "${quoted(rest)}" as "${name}"`)
    }
    if (what && Number(found) > largest) return new GoError(`${parsing}: ${what} out of range`)
    rest = rest.slice(found.length)
  }
  return new GoError(
    rest === '' ? `${parsing}: day out of range` : `${parsing}: extra text: "${quoted(rest)}"`,
  )
}
