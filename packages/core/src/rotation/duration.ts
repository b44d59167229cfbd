import { parseGoDuration } from '../ory/index.ts'

const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
const millisecondsIn = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const

/**
 * Reads a duration as ISO 8601 writes it (`PT1H`, `P1DT12H`, `P2W`) or as Go does (`1h30m`), in
 * milliseconds. Months and years are as long as they please, and refused.
 *
 * @returns `undefined` where the text is no such duration
 */
export function parseDuration(text: string): number | undefined {
  const parts = iso.exec(text)?.slice(1)
  if (parts === undefined) return parseGoDuration(text)
  if (parts.every((part) => part === undefined) || text.endsWith('T')) return undefined

  return millisecondsIn.reduce((sum, unit, index) => sum + Number(parts[index] ?? 0) * unit, 0)
}
