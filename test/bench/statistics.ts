/** The middle of some numbers; the lower one where there are two. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** Where the middle half of some numbers begins and ends. */
export const middleHalf = (numbers: readonly number[]): readonly [number, number] => [
  quantile(numbers, 0.25),
  quantile(numbers, 0.75),
]

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
