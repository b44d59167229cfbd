import type { PendingReceipts } from '../ports/index.ts'

/** Pending receipts in memory, with the rows that they are of. */
export interface MemoryPendingReceipts extends PendingReceipts {
  /** Closes a row: from now on its receipt is there for all readers. */
  close(id: string, receipt: string): void
  /** Where each receipt is in the log, for those that are settled. */
  readonly settled: ReadonlyMap<string, number>
}

export function memoryPendingReceipts(): MemoryPendingReceipts {
  const marked = new Set<string>()
  const rows = new Map<string, string>()
  const settled = new Map<string, number>()
  return {
    settled,
    close: (id, receipt) => void rows.set(id, receipt),
    async mark(id) {
      if (!settled.has(id)) marked.add(id)
    },
    async *list() {
      for (const id of marked) yield { id, receipt: rows.get(id) }
    },
    read: async (ids) => ids.map((id) => rows.get(id)),
    async settle(places) {
      for (const { id, index } of places) {
        settled.set(id, index)
        marked.delete(id)
      }
    },
  }
}
