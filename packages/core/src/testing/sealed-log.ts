import { createPrivateKey, hash, type KeyObject } from 'node:crypto'
import { type LogHead, receiptId } from '../ports/index.ts'
import { localSigner, openLog, printVerifierKey, seal } from '../receipts-log/index.ts'
import { manualClock } from './manual-clock.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryLogBucket } from './memory-log-bucket.ts'
import { memoryPendingReceipts } from './memory-pending-receipts.ts'

/** The log that tests have, by the name of its key. */
export const logName = 'lapse/test/ory.example'

/** A private key of Ed25519 for tests, the same for the same seed. */
export function testLogKey(seed: string): KeyObject {
  const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = Buffer.concat([pkcs8, hash('sha256', seed, 'buffer')])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** A log in memory, which seals what it is given. */
export interface SealedLog {
  /** The public key as text. */
  readonly vkey: string
  /** Marks and closes rows with these receipts, and seals them. @returns the checkpoint */
  add(receipts: readonly unknown[]): Promise<string>
  /** Lets time go by. */
  advance(milliseconds: number): void
  prove(index: number, checkpoint?: string): Promise<string>
  /** The whole log as a file. */
  file(checkpoint?: string): Promise<string>
  readonly bucket: ReturnType<typeof memoryLogBucket>
}

/** An empty log. Logs with one `seed` have one key. */
export function sealedLog(seed = 'log', name = logName): SealedLog {
  const { signer, key } = localSigner(name, testLogKey(seed))
  const clock = manualClock('2026-11-01T12:00:00.000Z')
  const pending = memoryPendingReceipts()
  const bucket = memoryLogBucket()
  const services = { pending, bucket, signer, key, clock, batch: 500 }
  const ledger = memoryLedger<LogHead>()
  let ids = 0
  return {
    vkey: printVerifierKey(key),
    bucket,
    advance: clock.advance,
    async add(receipts) {
      for (const receipt of receipts) {
        ids += 1
        const row = { workflow: 'test', event: `receipt-${ids}`, pass: 'first' }
        const mark = { row, at: clock.now(), about: [] }
        await pending.mark(mark)
        pending.close(receiptId(mark), JSON.stringify(receipt))
      }
      const { checkpoint = '' } = await seal({ ...services, ledger })
      return checkpoint
    },
    prove: async (index, checkpoint) => (await openLog(bucket, checkpoint)).prove(index),
    file: async (checkpoint) =>
      (await Array.fromAsync((await openLog(bucket, checkpoint)).file())).join(''),
  }
}

/** A receipt of a user that is gone, as a log of many may hold it. */
export function loggedReceipt(number: number): Readonly<Record<string, unknown>> {
  const at = new Date(Date.UTC(2026, 10, 1, 10) + number * 1000).toISOString()
  return {
    workflow: 'user-deleted',
    pass: 'first',
    event: { id: `event-${number}`, source: 'tests', type: 'user.deleted', time: at },
    subject: hash('sha256', `subject ${number}`),
    result: 'done',
    closed_at: at,
    before: { consent_sessions: number % 7 },
    after: { consent_sessions: 0 },
    notes: ['“gone”'],
  }
}
