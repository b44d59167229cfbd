import { LedgerConflictError } from '../errors.ts'
import { type RotationReceipt, receiptsOf } from './receipt.ts'
import type { RotationRow } from './row.ts'
import type { RotationServices } from './services.ts'

/** Longer than anybody looks for what happened: as long as the receipts of events. */
const retentionMs = 60 * 24 * 60 * 60 * 1000

type Services = Pick<RotationServices, 'receipts' | 'clock' | 'log'>

/**
 * Writes the receipts of the passes that a row says are over, each for the first time or not at all.
 * Asked on every touch of such a row, because whoever wrote the row may have died right after.
 */
export async function writeReceipts(row: RotationRow, services: Services): Promise<void> {
  for (const receipt of receiptsOf(row)) await writeOnce(receipt, services)
}

async function writeOnce(
  receipt: RotationReceipt,
  { receipts, clock, log }: Services,
): Promise<void> {
  const { workflow, pass, event } = receipt
  const expiresAt = Math.ceil((clock.now() + retentionMs) / 1000)
  try {
    await receipts.write({ workflow, event: event.key, pass }, { receipt }, 0, expiresAt)
  } catch (error) {
    if (error instanceof LedgerConflictError) return
    throw error
  }
  log.info('done', { receipt })
}
