import { kept } from './layout.ts'

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Milliseconds as a person says them: `350 ms`, `12.4 s`, `31 min`, `1 h 30 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return kept(`${Math.round(milliseconds)} ms`)
  if (milliseconds < 60_000) return kept(`${Number((milliseconds / 1000).toFixed(1))} s`)

  const parts: string[] = []
  let rest = milliseconds
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count} ${unit}`)
    rest -= count * size
  }
  return kept(parts.slice(0, 2).join(' '))
}
