import type { LogBucket } from '../../ports/index.ts'
import { parseTile, type ReadTile, tilePath } from '../tree/tiles.ts'

/** Reads tiles out of a bucket, each of them once. */
export function storedTiles(bucket: Pick<LogBucket, 'get'>): ReadTile {
  const read = new Map<string, ReturnType<ReadTile>>()
  return (place) => {
    const path = tilePath(place)
    const tile = read.get(path) ?? bucket.get(path).then((found) => parseTile(found?.bytes, place))
    read.set(path, tile)
    return tile
  }
}
