/** Leaves next to each other: from one up to, and without, another. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Whose hashes prove that a leaf is in a tree, from the leaf's neighbour to the root's child
 * (RFC 9162 section 2.1.3.1).
 *
 * @param index below `size`
 */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  return pathTo(index, { from: 0, to: size })
}

function pathTo(index: number, { from, to }: Range): readonly Range[] {
  if (to - from === 1) return []
  const middle = from + leftOf(to - from)
  const left = { from, to: middle }
  const right = { from: middle, to }
  return index < middle ? [...pathTo(index, left), right] : [...pathTo(index, right), left]
}

/**
 * Whose hashes prove that a tree is the beginning of a later one (RFC 9162 section 2.1.4.1).
 *
 * @param before at most `after`
 */
export function consistencyRanges(before: number, after: number): readonly Range[] {
  return before === 0 ? [] : rest(before, { from: 0, to: after }, true)
}

/** @param known whether the hash of the whole range is the earlier root, which everybody has */
function rest(before: number, { from, to }: Range, known: boolean): readonly Range[] {
  if (from + before === to) return known ? [] : [{ from, to }]
  const left = leftOf(to - from)
  const middle = from + left
  return before <= left
    ? [...rest(before, { from, to: middle }, known), { from: middle, to }]
    : [...rest(before - left, { from: middle, to }, false), { from, to: middle }]
}

/** A range in its complete subtrees, of a power of two of leaves each; the largest is first. */
export function subtreesOf({ from, to }: Range): readonly Range[] {
  if (to === from) return []
  const left = leftOf(to - from)
  if (2 * left === to - from || to - from === 1) return [{ from, to }]
  return [{ from, to: from + left }, ...subtreesOf({ from: from + left, to })]
}

/** How many leaves are left of the root: the largest power of two below `size`. */
function leftOf(size: number): number {
  let left = 1
  while (2 * left < size) left *= 2
  return left
}
