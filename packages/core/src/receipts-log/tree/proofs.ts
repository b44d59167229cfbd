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
  return besides(index, size - 1, path)?.reduce(upFrom, leaf)
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
  const wayUp = besides(at, last, others)
  if (wayUp === undefined) return false
  // What is right of it came later.
  const earlier = wayUp.filter(({ isLeft }) => isLeft).reduce(upFrom, first)
  return sameHash(earlier, before.root) && sameHash(wayUp.reduce(upFrom, first), after.root)
}

/** A hash beside the way up, and on which side of it. */
interface Beside {
  readonly hash: Hash
  readonly isLeft: boolean
}

/**
 * On which side of the way up each hash stands; `undefined` where there are too many or too few.
 * @param at the node that the way begins at, among those of its level, of which `last` is the last
 */
function besides(at: number, last: number, path: readonly Hash[]): readonly Beside[] | undefined {
  const found: Beside[] = []
  for (const hash of path) {
    if (last === 0) return undefined
    const isLeft = at % 2 === 1 || at === last
    if (isLeft) for (; at % 2 === 0 && at !== 0; at /= 2) last = half(last)
    found.push({ hash, isLeft })
    at = half(at)
    last = half(last)
  }
  return last === 0 ? found : undefined
}

function upFrom(root: Hash, { hash, isLeft }: Beside): Hash {
  return isLeft ? nodeHash(hash, root) : nodeHash(root, hash)
}

function half(number: number): number {
  return Math.floor(number / 2)
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size))
}
