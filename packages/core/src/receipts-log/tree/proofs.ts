import { emptyRoot, type Hash, nodeHash, sameHash } from './hash.ts'

// Halves are taken by division: bit operators would cut sizes at 32 bits.

/**
 * The root that a leaf and the hashes beside its way up lead to; `undefined` where there are too
 * many or too few of them (RFC 9162 section 2.1.3.2).
 */
export function rootByInclusion(
  index: number,
  size: number,
  leaf: Hash,
  path: readonly Hash[],
): Hash | undefined {
  if (index >= size) return undefined
  let [at, last, root] = [index, size - 1, leaf]
  for (const beside of path) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      root = nodeHash(beside, root)
      for (; at % 2 === 0 && at !== 0; at /= 2) last = half(last)
    } else {
      root = nodeHash(root, beside)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 ? root : undefined
}

/** A tree as a checkpoint names it. */
export interface Tree {
  readonly size: number
  readonly root: Hash
}

/** Whether a tree is the beginning of a later one (RFC 9162 section 2.1.4.2). */
export function isConsistent(before: Tree, after: Tree, path: readonly Hash[]): boolean {
  if (before.size > after.size) return false
  if (before.size === after.size) return path.length === 0 && sameHash(before.root, after.root)
  if (before.size === 0) return path.length === 0 && sameHash(before.root, emptyRoot)

  const [first, ...others] = isPowerOfTwo(before.size) ? [before.root, ...path] : path
  if (first === undefined) return false
  let [at, last] = [before.size - 1, after.size - 1]
  for (; at % 2 === 1; at = half(at)) last = half(last)
  let [earlier, later] = [first, first]
  for (const beside of others) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      earlier = nodeHash(beside, earlier)
      later = nodeHash(beside, later)
      for (; at % 2 === 0 && at !== 0; at /= 2) last = half(last)
    } else {
      later = nodeHash(later, beside)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 && sameHash(earlier, before.root) && sameHash(later, after.root)
}

function half(number: number): number {
  return Math.floor(number / 2)
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size))
}
