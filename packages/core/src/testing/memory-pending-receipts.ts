import {
  type Clock,
  type ClosableRow,
  closingTime,
  foundByFirst,
  type Ledger,
  markPatienceMs,
  type PendingReceipts,
  parseReceiptId,
  type ReceiptEntry,
  type ReceiptIndex,
  type ReceiptMark,
  receiptClosedAt,
  receiptId,
} from '../ports/index.ts'

/** Pending receipts in memory, their index, and the rows that they are of. */
export interface MemoryPendingReceipts extends PendingReceipts {
  readonly index: ReceiptIndex
  /** Closes a row that no ledger has: from now on its receipt is there for all readers. */
  close(id: string, receipt: string): void
  readonly marks: readonly ReceiptMark[]
  /** Where each receipt is in the log, for those that are settled. */
  readonly settled: ReadonlyMap<string, number | undefined>
}

/** Without a `ledger` rows are closed by `close`; without a `clock` marks are waited for for ever. */
export function memoryPendingReceipts({
  ledger,
  clock,
}: {
  readonly ledger?: Ledger<ClosableRow>
  readonly clock?: Clock
} = {}): MemoryPendingReceipts {
  const marks = new Map<string, ReceiptMark>()
  const closed = new Map<string, string>()
  const settled = new Map<string, number | undefined>()
  const rowOf = async ({ row }: Pick<ReceiptMark, 'row'>) => (await ledger?.read(row))?.row
  const read = async (id: string) => {
    const mark = parseReceiptId(id)
    return closed.get(id) ?? (mark && receiptClosedAt(await rowOf(mark), mark.at))
  }
  const isOver = ({ at }: ReceiptMark, now: number | undefined) =>
    now !== undefined && at < now - markPatienceMs
  return {
    get marks() {
      return [...marks.values()]
    },
    settled,
    close: (id, receipt) => void closed.set(id, receipt),
    mark: async (mark) => void marks.set(receiptId(mark), structuredClone(mark)),
    async *list() {
      const now = clock?.now()
      for (const [id, mark] of marks) {
        if (settled.has(id)) continue
        const receipt = await read(id)
        if (receipt !== undefined || !isOver(mark, now)) yield { id, receipt }
      }
    },
    read: (ids) => Promise.all(ids.map(read)),
    async settle(places) {
      for (const { id, index } of places) settled.set(id, index)
    },
    placeOf: async (id) => settled.get(id),
    index: {
      async *list(range) {
        yield* listed([...marks.values()], range)
      },
      async *find(about) {
        const found = [...marks.values()].filter(
          (mark) => mark.row.pass !== foundByFirst.second && mark.about.includes(about),
        )
        for (const mark of found.toSorted((one, other) => other.at - one.at)) {
          const second = await secondPass(mark, rowOf)
          for (const one of second === undefined ? [mark] : [second, mark])
            yield { ...entryOf(one), about: [about] }
        }
      },
      read: (ids) => Promise.all(ids.map(read)),
    },
  }
}

function* listed(
  marks: readonly ReceiptMark[],
  { from, to, oldestFirst = false }: Parameters<ReceiptIndex['list']>[0],
): Generator<ReceiptEntry> {
  const within = marks.filter(({ at }) => at >= from && at <= to).map(entryOf)
  const sorted = within.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  yield* oldestFirst ? sorted : sorted.toReversed()
}

function entryOf(mark: ReceiptMark): ReceiptEntry {
  return { id: receiptId(mark), at: mark.at, about: mark.about }
}

async function secondPass(
  mark: ReceiptMark,
  rowOf: (mark: Pick<ReceiptMark, 'row'>) => Promise<ClosableRow | undefined>,
): Promise<ReceiptMark | undefined> {
  if (mark.row.pass !== foundByFirst.first) return undefined
  const row = { ...mark.row, pass: foundByFirst.second }
  const at = closingTime(await rowOf({ row }))
  return at === undefined ? undefined : { ...mark, row, at }
}
