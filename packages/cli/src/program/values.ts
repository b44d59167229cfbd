import { InvalidArgumentError } from 'commander'

/** A port; 0 is any free one. */
export function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (number <= 65_535) return number
  throw new InvalidArgumentError('Give a port from 0 to 65535')
}

/** A whole number from 1 on. */
export function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a number from 1 on')
}

/** A URL of the web. */
export function url(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return text
  throw new InvalidArgumentError('Give a URL that begins with http:// or https://')
}

/** Commander gives every value by itself, and what came of those before. */
export function host(text: string, before: readonly string[] = []): readonly string[] {
  if (/^[\w.-]+$|^\[[\da-f:]+\]$/i.test(text)) return [...before, text]
  throw new InvalidArgumentError('Give a host name without a scheme and a port')
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** A time span, in milliseconds. */
export function duration(text: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? []
  const milliseconds = Number(number) * (unitsMs[unit] ?? 0)
  if (milliseconds > 0) return milliseconds
  throw new InvalidArgumentError('Give a time span such as 90s, 5m or 1h')
}
