import type { ReceiptEntry, ReceiptIndex } from '@lapse/core/ports'
import { readReceipt, type SomeReceipt } from '@lapse/core/receipts'

/** A receipt, and the name by which it is found. */
export interface FiledReceipt {
  readonly id: string
  readonly receipt: SomeReceipt
}

/** An entry of the index with its receipt, which there is none of where a row is open or gone. */
export interface Filed {
  readonly entry: ReceiptEntry
  readonly receipt: SomeReceipt | undefined
}

/** So many are read at a time: at most so many are in memory. */
const batch = 50

/** Reads what entries name, in their order. @param onRead is told how many more were read */
export async function* filed(
  index: Pick<ReceiptIndex, 'read'>,
  entries: AsyncIterable<ReceiptEntry>,
  onRead: (count: number) => void = () => undefined,
): AsyncGenerator<Filed> {
  for await (const some of batches(entries)) {
    const receipts = await index.read(some.map(({ id }) => id))
    onRead(some.length)
    for (const [at, entry] of some.entries()) {
      const json = receipts[at]
      yield { entry, receipt: json === undefined ? undefined : readReceipt(json) }
    }
  }
}

/** The same of those alone that are there. */
export async function* receiptsOf(entries: AsyncIterable<Filed>): AsyncGenerator<FiledReceipt> {
  for await (const { entry, receipt } of entries)
    if (receipt !== undefined) yield { id: entry.id, receipt }
}

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  const some: T[] = []
  for await (const item of items) {
    some.push(item)
    if (some.length === batch) yield some.splice(0)
  }
  if (some.length > 0) yield some
}
