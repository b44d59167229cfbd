import { LedgerConflictError } from '../errors.ts'
import { rowExpiry } from '../ports/index.ts'
import { type RotationReceipt, receiptsOf } from './receipt.ts'
import type { RotationRow } from './row.ts'
import type { RotationServices } from './services.ts'

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
  try {
    await receipts.write({ workflow, event: event.key, pass }, { receipt }, 0, rowExpiry(clock))
  } catch (error) {
    if (error instanceof LedgerConflictError) return
    throw error
  }
  log.info('done', { receipt })
}
