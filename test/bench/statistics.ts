/** The middle of some numbers; the lower one where there are two. */
export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other)

  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
