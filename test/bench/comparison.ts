import { cellsOf, type Ratio, ratioOf, type Table } from './measured.ts'
import { median } from './statistics.ts'

/** Rounds of lapse and of another at the same work, of which there is more or less. */
export interface Kind<Other extends string, Found> {
  /** How much: `20`, where there are twenty sessions. */
  readonly size: number
  readonly rounds: readonly Readonly<Record<'lapse' | Other, Found>>[]
}

/** What is told of them, and what it is held to. */
export interface Told<Other extends string, Found> {
  readonly title: string
  readonly other: Other
  /** What sizes are counted in: `sessions`. */
  readonly sizes: string
  readonly of: (found: Found) => number
  /** The ratio's name, without the size. */
  readonly ratio: string
  readonly target: (size: number) => Ratio['target']
  readonly digits: number
  /** Of the bars in a chart; absent: there is none. */
  readonly unit?: string
}

/** A table of both, a row for each size, with the ratios of its rows. */
export function comparison<Other extends string, Found>(
  kinds: readonly Kind<Other, Found>[],
  { title, other, sizes, of, ratio, target, digits, unit }: Told<Other, Found>,
): { readonly table: Table; readonly ratios: readonly Ratio[] } {
  const rows = kinds.map(({ size, rounds }) => ({
    size,
    both: ([other, 'lapse'] as const).map((who) => ({
      label: `${who}, ${size} ${sizes}`,
      value: median(rounds.map((round) => of(round[who]))),
    })),
    ratio: ratioOf(
      `${ratio}, ${size} ${sizes}`,
      rounds.map((round) => of(round.lapse) / of(round[other])),
      target(size),
    ),
  }))
  return {
    ratios: rows.map((row) => row.ratio),
    table: {
      title,
      rows: [
        [sizes, other, 'lapse', `lapse ÷ ${other}`, 'middle half', ''],
        ...rows.map((row) => [
          String(row.size),
          ...row.both.map(({ value }) => value.toFixed(digits)),
          ...cellsOf(row.ratio),
        ]),
      ],
      ...(unit !== undefined && { chart: { unit, bars: rows.flatMap(({ both }) => both) } }),
    },
  }
}
