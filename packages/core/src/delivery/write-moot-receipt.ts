import { LedgerConflictError } from '../errors.ts'
import { type Clock, type Ledger, rowExpiry } from '../ports/index.ts'
import type { MootReceipt } from './moot-receipt.ts'

/** A receipt as the ledger keeps it: in the member where the rows of events have theirs. */
export interface MootReceiptRow {
  readonly receipt: MootReceipt
}

/** Writes a receipt, for the first time or not at all: a letter that was closed before has one. */
export async function writeMootReceipt(
  receipt: MootReceipt,
  { ledger, clock }: { readonly ledger: Ledger<MootReceiptRow>; readonly clock: Clock },
): Promise<void> {
  const { workflow, pass, event } = receipt
  try {
    await ledger.write({ workflow, event: event.key, pass }, { receipt }, 0, rowExpiry(clock))
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) throw error
  }
}
