import { LedgerConflictError, ReceiptsLogError } from '../../errors.ts'
import type {
  Clock,
  Ledger,
  LogBucket,
  LogHead,
  NoteSigner,
  PendingReceipts,
  RowKey,
  Stored,
} from '../../ports/index.ts'
import { leafOf } from '../leaf.ts'
import { toBase64 } from '../note/base64.ts'
import type { VerifierKey } from '../note/verifier-key.ts'
import { emptyRoot } from '../tree/hash.ts'
import { type Choice, choose, type Unsealable } from './choose.ts'
import { grown } from './grown.ts'
import { publishCheckpoint, publishObjects } from './publish.ts'

/** What a sealer works with. */
export interface SealServices {
  readonly pending: PendingReceipts
  /** Holds the log's head in one row, which is the one thing that sealers compete for. */
  readonly ledger: Ledger<LogHead>
  readonly bucket: LogBucket
  readonly signer: NoteSigner
  /** The signer's public key; its name is the log's. */
  readonly key: VerifierKey
  readonly clock: Clock
  /** How many receipts are committed at once: their ids are in the head's row meanwhile. */
  readonly batch: number
}

/** What a run of the sealer came to. */
export interface Sealed {
  /** `overtaken`: another sealer was faster, and goes on. */
  readonly outcome: 'sealed' | 'overtaken'
  /** The checkpoint that was published last; absent where none was. */
  readonly checkpoint?: string
  readonly size: number
  /** How many receipts were sealed by this run, what another one had left unfinished included. */
  readonly added: number
  /** How many are marked whose rows are not closed. */
  readonly open: number
  /** Told by this run, and by no other. */
  readonly refused: readonly Unsealable[]
}

/**
 * Seals what is closed, and publishes a checkpoint, also where nothing happened. Any number of
 * sealers may run at once, and each may stop anywhere: what was committed is published before
 * anything else is, by whoever comes next, and is the same whoever publishes it.
 *
 * @param hasTime asked before another batch is begun
 * @throws ReceiptsLogError `changed-after-commit`, `bucket-differs`: nothing is signed then
 */
export async function seal(services: SealServices, hasTime = () => true): Promise<Sealed> {
  try {
    return await sealBatches(services, hasTime)
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error
    const size = (await readHead(services)).row.size
    return { outcome: 'overtaken', size, added: 0, open: 0, refused: [] }
  }
}

async function sealBatches(services: SealServices, hasTime: () => boolean): Promise<Sealed> {
  // The head is read before the receipts are listed: what another sealer commits in between has
  // the version changed, and what was listed is not committed twice.
  let head = await readHead(services)
  let added = head.row.unsettled.length
  if (added > 0) head = (await finish(services, head)).head
  for (;;) {
    const choice = await choose(services.pending, services.batch)
    const committed = await commit(services, head, choice)
    const finished = await finish(services, committed)
    head = finished.head
    added += choice.chosen.length
    if (choice.chosen.length === services.batch && hasTime()) continue
    const { open, refused } = choice
    await services.pending.settle(refused.map(({ id }) => ({ id, index: undefined })))
    const { size } = head.row
    return { outcome: 'sealed', checkpoint: finished.checkpoint, size, added, open, refused }
  }
}

/** Where a log's head stands, by what the log is called. */
export function headKey(origin: string): RowKey {
  return { workflow: 'receipts-log', event: origin, pass: 'head' }
}

async function readHead(services: SealServices): Promise<Stored<LogHead>> {
  const stored = await services.ledger.read(headKey(services.key.name))
  const row = { size: 0, root: toBase64(emptyRoot), time: 0, unsettled: [] }
  return stored ?? { row, version: 0 }
}

/** Replaces the head where nobody else has. It never expires. */
async function writeHead(
  services: SealServices,
  row: LogHead,
  expected: number,
): Promise<Stored<LogHead>> {
  const version = await services.ledger.write(headKey(services.key.name), row, expected, undefined)
  return { row, version }
}

/** From here on the log has this size and root: nothing else is ever signed for it. */
async function commit(
  services: SealServices,
  { row, version }: Stored<LogHead>,
  { chosen }: Choice,
): Promise<Stored<LogHead>> {
  const tree = await grown(
    services.bucket,
    row.size,
    chosen.map(({ leaf }) => leaf),
  )
  const head = {
    size: tree.size,
    root: toBase64(tree.root),
    // A clock that goes back does not make a checkpoint look older than the one before.
    time: Math.max(services.clock.now(), row.time),
    unsettled: chosen.map(({ id }) => id),
  }
  return writeHead(services, head, version)
}

/** Publishes what was committed, and then says of its receipts that they are settled. */
async function finish(
  services: SealServices,
  { row, version }: Stored<LogHead>,
): Promise<{ readonly head: Stored<LogHead>; readonly checkpoint: string }> {
  const { pending, bucket, signer, key } = services
  const from = row.size - row.unsettled.length
  const receipts = await pending.read(row.unsettled)
  const tree = await grown(bucket, from, receipts.map(leafAgain))
  if (toBase64(tree.root) !== row.root) throw changed()

  await publishObjects(bucket, tree)
  const checkpoint = await publishCheckpoint(bucket, signer, key, row)
  if (row.unsettled.length === 0) return { head: { row, version }, checkpoint }

  await pending.settle(row.unsettled.map((id, at) => ({ id, index: from + at })))
  const head = await writeHead(services, { ...row, unsettled: [] }, version)
  return { head, checkpoint }
}

function leafAgain(receipt: string | undefined): Uint8Array {
  if (receipt === undefined) throw changed()
  return leafOf(receipt)
}

function changed(): ReceiptsLogError {
  return new ReceiptsLogError(
    'changed-after-commit',
    'a receipt is not what it was when the log committed to it',
  )
}
