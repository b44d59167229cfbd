import { stripVTControlCharacters } from 'node:util'

/** Rows with every column as wide as its widest cell; nothing is padded at the end of a line. */
export function columns(
  rows: readonly (readonly string[])[],
  { indent = 2, gap = 2 }: { readonly indent?: number; readonly gap?: number } = {},
): readonly string[] {
  const widths = rows.reduce<number[]>((widest, row) => {
    for (const [index, cell] of row.entries()) {
      widest[index] = Math.max(widest[index] ?? 0, widthOf(cell))
    }
    return widest
  }, [])
  return rows.map((row) => {
    const cells = row.map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)))
    return `${' '.repeat(indent)}${cells.join(' '.repeat(gap))}`.trimEnd()
  })
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length
}
