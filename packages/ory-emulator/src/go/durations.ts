import { GoError } from './go-error.ts'
import { quoted } from './quote.ts'

const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const longest = 2n ** 63n - 1n

/**
 * The nanoseconds of a Go duration such as `1h30m`, `-1.5h` or `0`.
 *
 * @throws GoError in the words of Go's `time.ParseDuration`.
 */
export function parseDuration(text: string): bigint {
  const unsigned = text.replace(/^[-+]/, '')
  if (unsigned === '0') return 0n
  if (unsigned === '') throw invalid(text)

  const nanoseconds = sumOfParts(unsigned, text)
  const negative = text.startsWith('-')
  if (nanoseconds > longest + (negative ? 1n : 0n)) throw invalid(text)
  return negative ? -nanoseconds : nanoseconds
}

/** A Go duration in whole milliseconds. */
export function durationMs(text: string): number {
  return Number(parseDuration(text) / 1_000_000n)
}

function sumOfParts(unsigned: string, whole: string): bigint {
  let rest = unsigned
  let total = 0n
  while (rest !== '') {
    const [part, integer = '', fraction = '', unit = ''] =
      /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest) ?? []
    if (part === undefined || integer + fraction === '') throw invalid(whole)
    if (unit === '') throw new GoError(`time: missing unit in duration "${quoted(whole)}"`)
    const scale = unitNanoseconds[unit]
    if (scale === undefined) {
      throw new GoError(`time: unknown unit "${quoted(unit)}" in duration "${quoted(whole)}"`)
    }
    total += BigInt(integer || '0') * scale + fractionOf(fraction, scale)
    rest = rest.slice(part.length)
  }
  return total
}

function fractionOf(digits: string, scale: bigint): bigint {
  return digits === '' ? 0n : (BigInt(digits) * scale) / 10n ** BigInt(digits.length)
}

function invalid(text: string): GoError {
  return new GoError(`time: invalid duration "${quoted(text)}"`)
}

/** Nanoseconds as Go prints them: `31h0m0s`, `1m30s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`
  if (nanoseconds === 0n) return '0s'
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 3)}µs`
  if (nanoseconds < 1_000_000_000n) return `${decimal(nanoseconds, 6)}ms`

  const seconds = `${decimal(nanoseconds % 60_000_000_000n, 9)}s`
  const minutes = nanoseconds / 60_000_000_000n
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}
