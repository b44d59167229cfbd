import { ReceiptsLogError } from '../errors.ts'
import type { LogBucket } from '../ports/index.ts'
import { type LogEntry, printLogEnd, printLogLine } from './log-file.ts'
import { type Checkpoint, parseCheckpoint } from './note/checkpoint.ts'
import { parseNote } from './note/signed-note.ts'
import { printProof } from './proof-file.ts'
import { parseBundle } from './seal/bundle.ts'
import { newestPath } from './seal/publish.ts'
import { storedTiles } from './seal/stored-tiles.ts'
import type { Hash } from './tree/hash.ts'
import { consistencyRanges, inclusionRanges, type Range } from './tree/ranges.ts'
import { hashOfRange } from './tree/root.ts'
import { bundlePath, fullTile, subtreeHash, tileAt } from './tree/tiles.ts'

type Readable = Pick<LogBucket, 'get'>

/** A log as its bucket has it, as of a checkpoint. Nothing is verified here. */
export interface PublishedLog {
  readonly checkpoint: Checkpoint
  /** The proof of one receipt, as a file that discloses no other. @throws ReceiptsLogError */
  prove(index: number): Promise<string>
  /** What shows that a smaller tree is the beginning of this one. @throws ReceiptsLogError */
  proveConsistency(before: number): Promise<readonly Hash[]>
  /** Every entry, bundle by bundle and the newest bundle first. @throws ReceiptsLogError */
  backwards(): AsyncIterable<readonly LogEntry[]>
  /** The whole log as the text of a file, bundle by bundle. @throws ReceiptsLogError */
  file(): AsyncIterable<string>
}

/**
 * @param note the checkpoint to go by; the newest one by default
 * @throws ReceiptsLogError `not-in-log` where there is none
 */
export async function openLog(bucket: Readable, note?: string): Promise<PublishedLog> {
  const signed = note ?? (await newestCheckpoint(bucket))
  const checkpoint = parseCheckpoint(parseNote(signed).text)
  const { size } = checkpoint
  const read = storedTiles(bucket)
  const hashes = (ranges: readonly Range[]) =>
    Promise.all(
      ranges.map((range) => hashOfRange(range, (subtree) => subtreeHash(subtree, size, read))),
    )
  return {
    checkpoint,
    async prove(index) {
      if (index >= size) throw notInLog('the receipt is not under this checkpoint yet')
      const leaf = (await bundleAt(bucket, Math.floor(index / fullTile), size))[index % fullTile]
      if (leaf === undefined) throw notInLog('the receipt is not in its bundle')
      const path = await hashes(inclusionRanges(index, size))
      return printProof({ leaf, index, path, checkpoint: signed })
    },
    proveConsistency: (before) => hashes(consistencyRanges(before, size)),
    async *backwards() {
      for (let end = Math.ceil(size / fullTile); end > 0; end -= bundlesAtATime) {
        const count = Math.min(bundlesAtATime, end)
        yield* await Promise.all(
          Array.from({ length: count }, (_, back) => entriesOf(bucket, end - 1 - back, size)),
        )
      }
    },
    async *file() {
      for (let bundle = 0; bundle * fullTile < size; bundle += 1)
        yield (await entriesOf(bucket, bundle, size)).map(printLogLine).join('')
      yield printLogEnd(signed)
    },
  }
}

async function newestCheckpoint(bucket: Readable): Promise<string> {
  const found = await bucket.get(newestPath)
  if (found === undefined) throw notInLog('the log has no checkpoint yet')
  return Buffer.from(found.bytes).toString()
}

/** Whoever looks through the log has so many bundles in memory, of some megabytes in all. */
const bundlesAtATime = 8

async function entriesOf(
  bucket: Readable,
  bundle: number,
  size: number,
): Promise<readonly LogEntry[]> {
  const leaves = await bundleAt(bucket, bundle, size)
  return leaves.map((leaf, at) => ({ index: bundle * fullTile + at, leaf }))
}

async function bundleAt(
  bucket: Readable,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  const { width } = tileAt(0, index, size)
  const found = await bucket.get(bundlePath(index, width))
  return parseBundle(found?.bytes, width)
}

function notInLog(message: string): ReceiptsLogError {
  return new ReceiptsLogError('not-in-log', message)
}
