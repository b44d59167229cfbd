import { ReceiptsLogError } from '../../errors.ts'
import type { LogBucket, LogHead, NoteSigner } from '../../ports/index.ts'
import { parseCheckpoint, printCheckpoint } from '../note/checkpoint.ts'
import { parseNote, printNote } from '../note/signed-note.ts'
import type { VerifierKey } from '../note/verifier-key.ts'
import type { GrownTree } from './grown.ts'

/** Where the newest checkpoint is (C2SP tlog-tiles). */
export const newestPath = 'checkpoint'

/** Where every checkpoint stays, sorted by size and time. */
export function checkpointPath({ size, time }: Pick<LogHead, 'size' | 'time'>): string {
  return `checkpoints/${String(size).padStart(16, '0')}/${new Date(time).toISOString()}`
}

/** Puts a tree's objects into the bucket; what is there already has to be the same. */
export async function publishObjects(bucket: LogBucket, { objects }: GrownTree): Promise<void> {
  for (const { path, bytes } of objects) await createSame(bucket, path, bytes)
}

async function createSame(bucket: LogBucket, path: string, bytes: Uint8Array): Promise<void> {
  if (await bucket.create(path, bytes)) return
  const found = await bucket.get(path)
  if (found === undefined || Buffer.compare(found.bytes, bytes) !== 0)
    throw new ReceiptsLogError('bucket-differs', `${path} holds something else in the bucket`)
}

/** Signs a head that is in the ledger, and publishes it. Signing it again is identical. */
export async function publishCheckpoint(
  bucket: LogBucket,
  signer: NoteSigner,
  key: VerifierKey,
  head: LogHead,
): Promise<string> {
  const { size, time } = head
  const root = Buffer.from(head.root, 'base64')
  const text = printCheckpoint({ origin: key.name, size, root, time })
  const signature = await signer.sign(Buffer.from(text))
  const note = printNote({ text, signatures: [{ name: key.name, id: key.id, signature }] })
  await createSame(bucket, checkpointPath(head), Buffer.from(note))
  await replaceOlder(bucket, head, Buffer.from(note))
  return note
}

/** The newest checkpoint never goes back, whoever comes late. */
async function replaceOlder(bucket: LogBucket, head: LogHead, note: Uint8Array): Promise<void> {
  for (;;) {
    const found = await bucket.get(newestPath)
    if (found === undefined) {
      if (await bucket.create(newestPath, note)) return
    } else {
      const newest = parseCheckpoint(parseNote(Buffer.from(found.bytes).toString()).text)
      const isOlder =
        newest.size < head.size || (newest.size === head.size && newest.time < head.time)
      if (!isOlder || (await bucket.replace(newestPath, note, found.etag))) return
    }
  }
}
