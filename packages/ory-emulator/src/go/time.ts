import { GoError } from './go-error.ts'

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
  if (Number.isNaN(at) || !rfc3339.test(value)) throw cannotParse(value)
  const decimals = fraction.slice(0, 9).replace(/0+$/, '')
  return `${new Date(at).toISOString().slice(0, 19)}${decimals && `.${decimals}`}Z`
}

/** The time of a client's or an issuer's timestamp, to the millisecond. */
export function formatTime(ms: number): string {
  return normaliseTime(new Date(ms).toISOString())
}

/** To the nearest whole second, as Hydra rounds what it stores. */
export function roundToSecond(ms: number): number {
  return Math.round(ms / 1000) * 1000
}

const parts: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^(0[1-9]|1[0-2])/, '01'],
  [/^-/, '-'],
  [/^\d{2}/, '02'],
  [/^T/, 'T'],
  [/^\d{2}/, '15'],
  [/^:/, ':'],
  [/^\d{2}/, '04'],
  [/^:/, ':'],
  [/^\d{2}(\.\d+)?/, '05'],
  [/^(Z|[+-]\d{2}:\d{2})/, 'Z07:00'],
]

function cannotParse(value: string): GoError {
  let rest = value
  for (const [pattern, name] of parts) {
    const [found] = pattern.exec(rest) ?? []
    if (found === undefined) {
      return new GoError(
        `parsing time "${value}" as "${layout}": cannot parse "${rest}" as "${name}"`,
      )
    }
    rest = rest.slice(found.length)
  }
  return new GoError(
    rest === ''
      ? `parsing time "${value}": day out of range`
      : `parsing time "${value}": extra text: "${rest}"`,
  )
}
