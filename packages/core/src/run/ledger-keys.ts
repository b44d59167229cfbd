import type { Services } from './workflow.ts'

/** The ledger keys under which rows and pseudonyms may be, the one in use first. */
export function ledgerKeysOf({
  ledgerKey,
  previousLedgerKeys = [],
}: Pick<Services, 'ledgerKey' | 'previousLedgerKeys'>): readonly [Uint8Array, ...Uint8Array[]] {
  return [ledgerKey, ...previousLedgerKeys]
}
