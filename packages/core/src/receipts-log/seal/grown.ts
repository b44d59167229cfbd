import type { LogBucket } from '../../ports/index.ts'
import { appenderAt } from '../tree/appender.ts'
import { type Hash, leafHash } from '../tree/hash.ts'
import { bundlePath, fullTile, printTile, tilePath } from '../tree/tiles.ts'
import { parseBundle, printBundle } from './bundle.ts'
import { storedTiles } from './stored-tiles.ts'

/** A tree with more leaves, and the objects that a bucket has to have for it. */
export interface GrownTree {
  readonly size: number
  readonly root: Hash
  readonly objects: readonly { readonly path: string; readonly bytes: Uint8Array }[]
}

/** What a log of a size becomes with more leaves. Reads its right edge; writes nothing. */
export async function grown(
  bucket: Pick<LogBucket, 'get'>,
  size: number,
  leaves: readonly Uint8Array[],
): Promise<GrownTree> {
  const appender = await appenderAt(size, storedTiles(bucket))
  const full = leaves.flatMap((leaf) => appender.append(leafHash(leaf)))
  const tiles = leaves.length === 0 ? [] : [...full, ...appender.partial()]
  return {
    size: appender.size,
    root: appender.root(),
    objects: [
      ...(await bundles(bucket, size, leaves)),
      ...tiles.map((tile) => ({ path: tilePath(tile), bytes: printTile(tile.hashes) })),
    ],
  }
}

async function bundles(
  bucket: Pick<LogBucket, 'get'>,
  size: number,
  leaves: readonly Uint8Array[],
): Promise<GrownTree['objects']> {
  if (leaves.length === 0) return []
  const first = Math.floor(size / fullTile)
  const width = size % fullTile
  const stored = width === 0 ? undefined : await bucket.get(bundlePath(first, width))
  const entries = [...parseBundle(stored?.bytes, width), ...leaves]
  return Array.from({ length: Math.ceil(entries.length / fullTile) }, (_, at) => {
    const bundle = entries.slice(at * fullTile, (at + 1) * fullTile)
    return { path: bundlePath(first + at, bundle.length), bytes: printBundle(bundle) }
  })
}
