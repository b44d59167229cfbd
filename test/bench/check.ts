import type { Ratio } from './measured.ts'

/** How far a ratio may be worse than it was: machines differ, and so do runs. */
export const tolerance = 0.2

/** Ratios that are worse than they were by more than the tolerance, one line each. */
export function worsened(before: readonly Ratio[], now: readonly Ratio[]): readonly string[] {
  return now.flatMap((ratio) => {
    const known = before.find(({ of }) => of === ratio.of)
    if (known === undefined || !isWorse(known, ratio)) return []
    return [`${ratio.of}: ${ratio.value.toFixed(2)}, and it was ${known.value.toFixed(2)}`]
  })
}

/** A number that is not one is not a good one. */
function isWorse(before: Ratio, now: Ratio): boolean {
  return 'atLeast' in now.target
    ? !(now.value >= before.value * (1 - tolerance))
    : !(now.value <= before.value * (1 + tolerance))
}
