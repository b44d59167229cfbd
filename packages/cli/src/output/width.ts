/** Nothing reads well in less. */
const least = 40

/**
 * How many columns there are for what a person reads. `COLUMNS` says so first (POSIX), then the
 * terminal. What goes elsewhere (a file, `grep`, another program) is not broken into lines.
 */
export function columnsOf(
  { isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number },
  { COLUMNS }: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const wished = /^[1-9]\d{0,3}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : undefined
  const width = wished ?? (isTTY ? columns || 80 : Number.POSITIVE_INFINITY)
  return Math.max(width, least)
}
