import { LedgerConflictError } from '../errors.ts'
import { type Clock, type Ledger, type PendingReceipts, rowExpiry } from '../ports/index.ts'
import { thingsIn } from '../run/index.ts'
import type { MootReceipt } from './moot-receipt.ts'

/** A receipt as the ledger keeps it: in the member where the rows of events have theirs. */
export interface MootReceiptRow {
  readonly receipt: MootReceipt
}

/** Where receipts are kept, and marked before. */
export interface MootReceiptServices {
  readonly ledger: Ledger<MootReceiptRow>
  readonly pendingReceipts: Pick<PendingReceipts, 'mark'>
  readonly clock: Clock
}

/** Writes a receipt, for the first time or not at all: a letter that was closed before has one. */
export async function writeMootReceipt(
  receipt: MootReceipt,
  { ledger, pendingReceipts, clock }: MootReceiptServices,
): Promise<void> {
  const { workflow, pass, event, closed_at } = receipt
  const row = { workflow, event: event.key, pass }
  if ((await ledger.read(row)) !== undefined) return
  await pendingReceipts.mark({ row, at: Date.parse(closed_at), about: thingsIn(receipt) })
  try {
    await ledger.write(row, { receipt }, 0, rowExpiry(clock))
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error
  }
}
