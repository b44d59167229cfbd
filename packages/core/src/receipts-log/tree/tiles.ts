import { ReceiptsLogError } from '../../errors.ts'
import { type Hash, hashBytes } from './hash.ts'
import type { Range } from './ranges.ts'
import { rootOf } from './root.ts'

/** How many hashes, or entries, a full tile holds (C2SP tlog-tiles). */
export const fullTile = 256

/** Where a tile is. On level 0 it holds leaf hashes, above that the roots of full tiles below. */
export interface TilePlace {
  readonly level: number
  readonly index: number
  /** From 1 to 256; less than that at the right edge. */
  readonly width: number
}

/** As C2SP tlog-tiles names it: `tile/0/x001/234`, `tile/1/000.p/17`. */
export function tilePath({ level, index, width }: TilePlace): string {
  return `tile/${level}/${indexPath(index)}${suffixOf(width)}`
}

/** Where the entries are whose leaf hashes are in the tile of level 0 with the same index. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${suffixOf(width)}`
}

function indexPath(index: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

function suffixOf(width: number): string {
  return width === fullTile ? '' : `.p/${width}`
}

/** The tile with an index on a level, as a tree of a size has it. */
export function tileAt(level: number, index: number, size: number): TilePlace {
  const hashes = Math.floor(size / fullTile ** level)
  return { level, index, width: Math.min(fullTile, hashes - index * fullTile) }
}

/** @throws ReceiptsLogError `not-in-log` where there is no such tile */
export type ReadTile = (place: TilePlace) => Promise<readonly Hash[]>

/** The hash of a complete subtree of a tree whose tiles are stored. */
export async function subtreeHash(range: Range, size: number, read: ReadTile): Promise<Hash> {
  const level = Math.floor(Math.log2(range.to - range.from) / 8)
  const unit = fullTile ** level
  const first = range.from / unit
  const tile = await read(tileAt(level, Math.floor(first / fullTile), size))
  const start = first % fullTile
  return rootOf(tile.slice(start, start + (range.to - range.from) / unit))
}

export function printTile(hashes: readonly Hash[]): Uint8Array {
  return Buffer.concat(hashes)
}

/** @throws ReceiptsLogError `not-in-log` where the bytes are no tile of this width */
export function parseTile(bytes: Uint8Array | undefined, place: TilePlace): readonly Hash[] {
  if (bytes?.length !== place.width * hashBytes)
    throw new ReceiptsLogError('not-in-log', `${tilePath(place)} is not there, or is too short`)
  return Array.from({ length: place.width }, (_, at) =>
    bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
  )
}
