/** A receipt as the index knows it. It may have come to nothing: `read` tells. */
export interface ReceiptEntry {
  /** As `receiptId` gives it: `<time>#<workflow>#<event key>#<pass>`. */
  readonly id: string
  /** When its row was about to be closed; milliseconds since the epoch. */
  readonly at: number
  /** Whom and what it is about, as its mark said; of `find`, what was asked for. */
  readonly about: readonly string[]
}

/** Receipts by time and by what they are about, for as long as their rows are kept. */
export interface ReceiptIndex {
  /**
   * Those closed from one time to another, both included, in milliseconds since the epoch: newest
   * first unless `oldestFirst`. Nothing scans the table.
   */
  list(range: {
    readonly from: number
    readonly to: number
    readonly oldestFirst?: boolean
  }): AsyncIterable<ReceiptEntry>
  /** Every receipt about this, newest first; a second pass stands before its first one. */
  find(about: string): AsyncIterable<ReceiptEntry>
  /**
   * The receipts themselves as JSON, in the order of the ids. `undefined` where the row is gone, is
   * not closed, or was closed by another attempt, which has an entry of its own.
   */
  read(ids: readonly string[]): Promise<readonly (string | undefined)[]>
}
