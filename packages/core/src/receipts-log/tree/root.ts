import { emptyRoot, type Hash, nodeHash } from './hash.ts'
import { type Range, subtreesOf } from './ranges.ts'

/** The root of a tree, from the hashes of its leaves, or of complete subtrees of one size. */
export function rootOf(leaves: readonly Hash[]): Hash {
  const peaks: { readonly hash: Hash; readonly size: number }[] = []
  for (const leaf of leaves) {
    let peak = { hash: leaf, size: 1 }
    for (let left = peaks.at(-1); left?.size === peak.size; left = peaks.at(-1)) {
      peaks.pop()
      peak = { hash: nodeHash(left.hash, peak.hash), size: 2 * peak.size }
    }
    peaks.push(peak)
  }
  return joined(peaks.map(({ hash }) => hash))
}

/** The root over complete subtrees, of which each is larger than the next. */
export function joined(peaks: readonly Hash[]): Hash {
  return peaks.length === 0 ? emptyRoot : peaks.reduceRight((right, left) => nodeHash(left, right))
}

/** The hash of leaves next to each other, from those of their complete subtrees. */
export async function hashOfRange(
  range: Range,
  subtree: (range: Range) => Promise<Hash>,
): Promise<Hash> {
  return joined(await Promise.all(subtreesOf(range).map(subtree)))
}
