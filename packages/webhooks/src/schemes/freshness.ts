const toleranceMs = 5 * 60_000

/**
 * A signed time, read only as its one spelling: what is compared with the clock has to be the very
 * text that was signed.
 *
 * @param unitMs milliseconds in one of what the text counts
 * @returns milliseconds since the epoch; `undefined` for any other text, and for a time that is
 * more than five minutes away, either way
 */
export function freshTime(text: string, unitMs: number, now: number): number | undefined {
  const at = Number(text) * unitMs
  const isCanonical = /^\d+$/.test(text) && String(Number(text)) === text
  return isCanonical && Math.abs(now - at) <= toleranceMs ? at : undefined
}
