import { median, middleHalf } from './statistics.ts'

/** What a part of the bench found out. */
export interface Measured {
  readonly tables: readonly Table[]
  /** What is compared with what was found out before, on any machine. */
  readonly ratios: readonly Ratio[]
}

export interface Table {
  readonly title: string
  /** The heading first. */
  readonly rows: readonly (readonly string[])[]
  readonly chart?: Chart
}

/** Bars, in the order of their rows. */
export interface Chart {
  readonly unit: string
  readonly bars: readonly { readonly label: string; readonly value: number }[]
}

/** Two things measured in one run, one by the other. */
export interface Ratio {
  readonly of: string
  /** The median of the rounds. */
  readonly value: number
  /** The middle half of the rounds. */
  readonly from: number
  readonly to: number
  /** What it is held to. */
  readonly target: { readonly atLeast: number } | { readonly atMost: number }
}

/** A ratio out of those of every round. */
export function ratioOf(of: string, rounds: readonly number[], target: Ratio['target']): Ratio {
  const [from, to] = middleHalf(rounds)
  return { of, value: median(rounds), from, to, target }
}

/** The same in a row of a table: the median, the middle half, and how it stands. */
export function cellsOf({ value, from, to, target }: Ratio): readonly string[] {
  const [met, said] =
    'atLeast' in target
      ? [value >= target.atLeast, `≥ ${target.atLeast}`]
      : [value <= target.atMost, `≤ ${target.atMost}`]
  return [
    value.toFixed(2),
    `${from.toFixed(2)}–${to.toFixed(2)}`,
    `${met ? 'met' : 'missed'}: ${said}`,
  ]
}
