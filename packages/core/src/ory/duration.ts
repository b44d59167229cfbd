const millisecondsIn: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3, // U+00B5, as Go prints it
  μs: 1e-3, // U+03BC, as Go reads it too
  ns: 1e-6,
}

const whole = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+$/
const parts = /(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|μs|ns)/g

/**
 * Parses a Go duration (`1h30m`, `31h0m0s`, `1.5h`, `900s`, `-5ms`, `0`) into milliseconds, with
 * fractions below one. Ory normalises what it is given, so what comes back rarely is what was sent.
 *
 * @returns `undefined` where the text is not a Go duration.
 */
export const parseGoDuration = (text: string): number | undefined => {
  if (/^[+-]?0$/.test(text)) return 0
  if (!whole.test(text)) return undefined

  const total = Array.from(text.matchAll(parts)).reduce(
    (sum, [, count, unit]) => sum + Number(count) * (millisecondsIn[unit ?? ''] ?? Number.NaN),
    0,
  )

  return text.startsWith('-') ? -total : total
}
