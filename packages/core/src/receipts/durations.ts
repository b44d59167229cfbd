/** Times of one kind, in milliseconds, each to two digits and never below what it was. */
export interface DurationFigures {
  readonly count: number
  /** Half of them took no longer. */
  readonly median: number
  /** Of twenty, nineteen took no longer. */
  readonly p95: number
  readonly longest: number
}

export interface Durations {
  /** @param milliseconds 0 or more */
  add(milliseconds: number): void
  /** `null` where none was added. */
  figures(): DurationFigures | null
}

/** Counts times in buckets of two digits, so that it stays small however many there are. */
export function durations(): Durations {
  const counts = new Map<number, number>()
  return {
    add(milliseconds) {
      const bucket = rounded(milliseconds)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    },
    figures() {
      const buckets = [...counts].sort(([one], [other]) => one - other)
      const count = buckets.reduce((sum, [, each]) => sum + each, 0)
      if (count === 0) return null
      const at = (share: number) => atRank(buckets, Math.ceil(count * share))
      return { count, median: at(0.5), p95: at(0.95), longest: at(1) }
    },
  }
}

/** Upwards: a figure that is too good would be a lie. */
function rounded(milliseconds: number): number {
  const digits = String(Math.ceil(milliseconds)).length
  const unit = 10 ** Math.max(0, digits - 2)
  return Math.ceil(milliseconds / unit) * unit
}

/** @param rank from 1 */
function atRank(buckets: readonly (readonly [number, number])[], rank: number): number {
  const seen = { count: 0 }
  const [value] = buckets.find(([, count]) => {
    seen.count += count
    return seen.count >= rank
  }) ?? [0]
  return value
}
