/** Prints rows under a heading, the first column to the left and the others to the right. */
export const printTable = (title: string, rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')

  console.log(`\n${title}\n`)
  for (const row of rows) console.log(`  ${line(row)}`)
}

/** A measured number beside what it is held to. */
export const against = (met: boolean, target: string): string =>
  `${met ? 'met' : 'MISSED'}: ${target}`
