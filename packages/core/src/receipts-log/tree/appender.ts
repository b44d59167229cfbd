import type { Hash } from './hash.ts'
import { subtreesOf } from './ranges.ts'
import { joined, rootOf } from './root.ts'
import { fullTile, type ReadTile, type TilePlace, tileAt } from './tiles.ts'

/** A tile and what is in it. */
export interface Tile extends TilePlace {
  readonly hashes: readonly Hash[]
}

/** Grows a tree leaf by leaf, and holds nothing of it but the tiles at its right edge. */
export interface TreeAppender {
  readonly size: number
  /** Of how many leaves and subtrees it holds the hash. */
  readonly held: number
  /** Answers with the tiles that are full now. */
  append(leaf: Hash): readonly Tile[]
  /** The tiles at the right edge, which are not full. */
  partial(): readonly Tile[]
  root(): Hash
}

/** A tree of which the tiles are stored, ready to grow: reads one tile a level at most. */
export async function appenderAt(size: number, read: ReadTile): Promise<TreeAppender> {
  const edge: Edge = []
  for (let level = 0; fullTile ** level <= size; level += 1) {
    const index = Math.floor(size / fullTile ** (level + 1))
    const place = tileAt(level, index, size)
    edge.push({ index, hashes: place.width === 0 ? [] : [...(await read(place))] })
  }
  return growing(size, edge)
}

/** For each level the index of its last tile, and the hashes in it; never 256 of them. */
type Edge = { index: number; hashes: Hash[] }[]

function growing(start: number, edge: Edge): TreeAppender {
  const state = { size: start }
  return {
    get size() {
      return state.size
    },
    get held() {
      return edge.reduce((sum, { hashes }) => sum + hashes.length, 0)
    },
    append(leaf) {
      state.size += 1
      return put(edge, 0, leaf)
    },
    partial: () =>
      edge
        .map(({ index, hashes }, level) => ({ level, index, width: hashes.length, hashes }))
        .filter(({ width }) => width > 0)
        .map((tile) => ({ ...tile, hashes: [...tile.hashes] })),
    root: () => joined(edge.toReversed().flatMap(({ hashes }) => peaksOf(hashes))),
  }
}

function put(edge: Edge, level: number, hash: Hash): readonly Tile[] {
  edge[level] ??= { index: 0, hashes: [] }
  const { index, hashes } = edge[level]
  hashes.push(hash)
  if (hashes.length < fullTile) return []
  edge[level] = { index: index + 1, hashes: [] }
  return [{ level, index, width: fullTile, hashes }, ...put(edge, level + 1, rootOf(hashes))]
}

function peaksOf(hashes: readonly Hash[]): readonly Hash[] {
  return subtreesOf({ from: 0, to: hashes.length }).map(({ from, to }) =>
    rootOf(hashes.slice(from, to)),
  )
}
