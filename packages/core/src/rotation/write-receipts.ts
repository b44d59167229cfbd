import { LedgerConflictError } from '../errors.ts'
import { rowExpiry, rowRetentionMs } from '../ports/index.ts'
import { type RotationReceipt, receiptsOf, thingsIn } from './receipt.ts'
import type { RotationRow } from './row.ts'
import type { RotationServices } from './services.ts'

type Services = Pick<RotationServices, 'receipts' | 'pendingReceipts' | 'clock' | 'log'>

/**
 * Writes the receipts of the passes that a row says are over, each for the first time or not at all.
 * Asked on every touch of such a row, because whoever wrote the row may have died right after.
 */
export async function writeReceipts(row: RotationRow, services: Services): Promise<void> {
  for (const receipt of receiptsOf(row)) await writeOnce(receipt, services)
}

async function writeOnce(
  receipt: RotationReceipt,
  { receipts, pendingReceipts, clock, log }: Services,
): Promise<void> {
  const { workflow, pass, event } = receipt
  const row = { workflow, event: event.key, pass }
  const at = clock.now()
  // What was written so long ago is not kept any more, and stands in the log.
  if (Date.parse(receipt.closed_at) + rowRetentionMs <= at) return
  if ((await receipts.read(row)) !== undefined) return

  await pendingReceipts.mark({ row, at, about: thingsIn(receipt) })
  try {
    await receipts.write(row, { receipt, markedAt: at }, 0, rowExpiry(clock))
  } catch (error) {
    if (error instanceof LedgerConflictError) return
    throw error
  }
  log.info('done', { receipt })
}
