import { LedgerConflictError } from '../errors.ts'
import type { Ledger, RowKey, Stored } from '../ports/index.ts'

/** A ledger in memory, with the same compare-and-swap as the real one, and a look at its rows. */
export interface MemoryLedger<Row> extends Ledger<Row> {
  readonly rows: readonly Row[]
}

export function memoryLedger<Row>(): MemoryLedger<Row> {
  const stored = new Map<string, Stored<Row>>()
  return {
    get rows() {
      return [...stored.values()].map(({ row }) => row)
    },
    async read(key) {
      return structuredClone(stored.get(nameOf(key)))
    },
    async write(key, row, expected) {
      const current = stored.get(nameOf(key))?.version ?? 0
      if (current !== expected) throw new LedgerConflictError('the row was written in between')
      stored.set(nameOf(key), structuredClone({ row, version: current + 1 }))
      return current + 1
    },
  }
}

function nameOf({ workflow, event, pass }: RowKey): string {
  return JSON.stringify([workflow, event, pass])
}
