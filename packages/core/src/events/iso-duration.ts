const pattern = /^P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const unitsMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const

/** Ten years: whoever writes more has mistyped it. */
const longestMs = 3_653 * 86_400_000

/**
 * An ISO 8601 duration in weeks, days, hours, minutes and seconds, in milliseconds. Months and
 * years have no fixed length, and are not taken.
 * @returns `undefined` where the text is no such duration, or longer than ten years
 */
export function parseIsoDuration(text: string): number | undefined {
  const amounts = pattern.exec(text)?.slice(1)
  if (amounts === undefined) return undefined

  const total = unitsMs.reduce((sum, unit, index) => sum + unit * Number(amounts[index] ?? 0), 0)
  return total <= longestMs ? total : undefined
}
