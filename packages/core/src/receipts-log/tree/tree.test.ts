import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appenderAt, type Tile } from './appender.ts'
import { emptyRoot, type Hash, leafHash, nodeHash } from './hash.ts'
import { isConsistent, rootByInclusion } from './proofs.ts'
import { consistencyRanges, inclusionRanges, type Range } from './ranges.ts'
import { hashOfRange, rootOf } from './root.ts'
import { bundlePath, parseTile, printTile, subtreeHash, tileAt, tilePath } from './tiles.ts'

const hex = (hash: Hash | undefined) => Buffer.from(hash ?? []).toString('hex')
const leaves = Array.from({ length: 600 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))

/** The definition itself (RFC 9162 section 2.1.1). */
function defined(hashes: readonly Hash[]): Hash {
  const [only] = hashes
  if (only === undefined) return emptyRoot
  if (hashes.length === 1) return only
  const left = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return nodeHash(defined(hashes.slice(0, left)), defined(hashes.slice(left)))
}

const hashesOf = (ranges: readonly Range[], of = leaves) =>
  ranges.map(({ from, to }) => defined(of.slice(from, to)))

test('hashes as the vectors of Certificate Transparency do', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657']
  const last = '606162636465666768696a6b6c6d6e6f'
  const hashed = [...entries, last].map((entry) => leafHash(Buffer.from(entry, 'hex')))

  expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hex(hashed[0])).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  expect(hex(rootOf(hashed))).toBe(
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  )
})

test('has the root that the definition gives, at every size', () => {
  for (let size = 0; size <= 300; size += 1)
    expect(rootOf(leaves.slice(0, size))).toEqual(defined(leaves.slice(0, size)))
})

test('proves every leaf of every small tree, and no other leaf by the same path', () => {
  for (let size = 1; size <= 40; size += 1) {
    const root = defined(leaves.slice(0, size))
    for (let index = 0; index < size; index += 1) {
      const path = hashesOf(inclusionRanges(index, size))
      const reached = (at: number, of: number, leaf = leaves[index] ?? root, by = path) =>
        hex(rootByInclusion(at, of, leaf, by))

      expect(reached(index, size)).toBe(hex(root))
      expect(reached(index, size, leaves[size])).not.toBe(hex(root))
      expect(reached(index, size, root, [...path, root])).not.toBe(hex(root))
      if (size > 1) expect(reached(index, size, leaves[index], path.slice(1))).not.toBe(hex(root))
      for (let other = 0; other < size; other += 1)
        if (other !== index) expect(reached(other, size)).not.toBe(hex(root))
    }
  }
})

test('proves that every small tree is the beginning of every larger one', () => {
  for (let after = 0; after <= 40; after += 1)
    for (let before = 0; before <= after; before += 1) {
      const [earlier, later] = [before, after].map((size) => ({
        size,
        root: defined(leaves.slice(0, size)),
      })) as [{ size: number; root: Hash }, { size: number; root: Hash }]
      const path = hashesOf(consistencyRanges(before, after))
      const forged = { size: before, root: leafHash(earlier.root) }

      expect(isConsistent(earlier, later, path)).toBe(true)
      expect(isConsistent(forged, later, path)).toBe(false)
      // Every tree begins with the empty one.
      const grownOtherwise = { ...later, root: forged.root }
      expect(isConsistent(earlier, grownOtherwise, path)).toBe(before === 0 && after > 0)
      expect(isConsistent(earlier, later, [...path, forged.root])).toBe(false)
      if (path.length > 0) expect(isConsistent(earlier, later, path.slice(1))).toBe(false)
      if (before < after) expect(isConsistent(later, earlier, path)).toBe(false)
    }
})

test('names tiles and bundles as C2SP tlog-tiles does', () => {
  expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067')
  expect(tilePath({ level: 2, index: 0, width: 17 })).toBe('tile/2/000.p/17')
  expect(tilePath({ level: 1, index: 1000, width: 1 })).toBe('tile/1/x001/000.p/1')
  expect(bundlePath(7, 256)).toBe('tile/entries/007')
  expect(bundlePath(999, 255)).toBe('tile/entries/999.p/255')
})

/** Appends leaves one by one, and keeps every tile that is complete or partial at the end. */
async function tilesOf(count: number) {
  const tiles = new Map<string, Uint8Array>()
  const keep = (made: readonly Tile[]) => {
    for (const tile of made) tiles.set(tilePath(tile), printTile(tile.hashes))
  }
  const appender = await appenderAt(0, () => Promise.reject(new Error('there are none')))
  let held = 0
  for (let at = 0; at < count; at += 1) {
    keep(appender.append(leaves[at % leaves.length] as Hash))
    held = Math.max(held, appender.held)
  }
  keep(appender.partial())
  return { tiles, appender, held }
}

test('makes the tiles of the specification’s example, and holds its right edge alone', async () => {
  const { tiles, held } = await tilesOf(70_000)
  const paths = [...tiles.keys()]

  expect(paths.filter((path) => /^tile\/0\/[^.]*$/.test(path))).toHaveLength(273)
  expect(paths.filter((path) => path.includes('.p/') || /^tile\/[1-9]/.test(path))).toEqual([
    'tile/1/000',
    'tile/0/273.p/112',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
  ])
  expect(held).toBeLessThanOrEqual(3 * 255)
})

test('grows from stored tiles as it would have from nothing, whatever is added when', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(590), fc.nat(300), async (first, more) => {
      const { tiles } = await tilesOf(first)
      const appender = await appenderAt(first, async (place) =>
        parseTile(tiles.get(tilePath(place)), place),
      )
      for (let at = first; at < first + more; at += 1)
        appender.append(leaves[at % leaves.length] as Hash)
      const whole = await tilesOf(first + more)

      expect(appender.size).toBe(first + more)
      expect(appender.root()).toEqual(whole.appender.root())
      expect(appender.partial()).toEqual(whole.appender.partial())
    }),
    { numRuns: 40 },
  )
})

test('takes every hash of a proof out of the tiles', async () => {
  const size = 66_000
  const { tiles, appender } = await tilesOf(size)
  const subtree = (range: Range) =>
    subtreeHash(range, size, async (place) => parseTile(tiles.get(tilePath(place)), place))
  const proof = (ranges: readonly Range[]) =>
    Promise.all(ranges.map((range) => hashOfRange(range, subtree)))

  for (const index of [0, 255, 256, 65_535, 65_536, size - 1]) {
    const path = await proof(inclusionRanges(index, size))
    const leaf = leaves[index % leaves.length] as Hash
    expect(rootByInclusion(index, size, leaf, path)).toEqual(appender.root())
  }
  for (const before of [1, 256, 257, 599]) {
    const path = await proof(consistencyRanges(before, size))
    const earlier = { size: before, root: defined(leaves.slice(0, before)) }
    expect(isConsistent(earlier, { size, root: appender.root() }, path)).toBe(true)
  }
})

test('refuses a tile that is not as wide as it has to be', () => {
  expect(() => parseTile(Buffer.alloc(64), tileAt(0, 0, 3))).toThrow('tile/0/000.p/3')
  expect(() => parseTile(undefined, tileAt(0, 0, 3))).toThrow('is not there')
})
