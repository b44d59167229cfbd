import { LedgerConflictError } from '../errors.ts'
import type { Ledger, RowKey, Stored } from '../ports/index.ts'

/** A ledger in memory, with the same compare-and-swap as the real one, and a look at its rows. */
export interface MemoryLedger<Row> extends Ledger<Row> {
  readonly rows: readonly Row[]
  /** Of the same rows, in seconds since the epoch. */
  readonly expiries: readonly (number | undefined)[]
}

export function memoryLedger<Row>(): MemoryLedger<Row> {
  const stored = new Map<string, Stored<Row> & { readonly expiresAt: number | undefined }>()
  return {
    get rows() {
      return [...stored.values()].map(({ row }) => row)
    },
    get expiries() {
      return [...stored.values()].map(({ expiresAt }) => expiresAt)
    },
    async read(key) {
      const found = stored.get(nameOf(key))
      return found && structuredClone({ row: found.row, version: found.version })
    },
    async write(key, row, expected, expiresAt) {
      const current = stored.get(nameOf(key))?.version ?? 0
      if (current !== expected) throw new LedgerConflictError('the row was written in between')
      stored.set(nameOf(key), structuredClone({ row, version: current + 1, expiresAt }))
      return current + 1
    },
  }
}

function nameOf({ workflow, event, pass }: RowKey): string {
  return JSON.stringify([workflow, event, pass])
}
