import type { ReceiptMark } from './receipt-marks.ts'

/**
 * Which closed receipts the log still lacks. Whoever closes a receipt's row marks it before, so that
 * a row which shows late is waited for and never passed over.
 */
export interface PendingReceipts {
  /**
   * To be called before the row is closed, by whoever is about to close it and with the time that
   * the row will say. May be repeated. A mark is of one closing: where its row is closed at another
   * time, or never, nothing comes of it.
   */
  mark(mark: ReceiptMark): Promise<void>
  /**
   * Strongly consistent: all that are marked and not settled, in any order; what is settled while
   * the list is read may still be in it. A mark whose row is not closed `markPatienceMs` after it
   * is listed no more: whoever made it has died.
   */
  list(): AsyncIterable<PendingReceipt>
  /** Receipts by their ids, settled ones as well, as JSON; `undefined` where no row was closed so. */
  read(ids: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Remembers where receipts are in the log, and lists them no more. May be repeated. */
  settle(places: readonly SealedPlace[]): Promise<void>
  /** Where a receipt is in the log; `undefined` where it is not settled, or was so too long ago. */
  placeOf(id: string): Promise<number | undefined>
}

/** A receipt that was marked. */
export interface PendingReceipt {
  /** As `receiptId` gives it. */
  readonly id: string
  /** As JSON, and immutable; `undefined` while its row is not closed. */
  readonly receipt: string | undefined
}

/** Where a receipt is in the log. */
export interface SealedPlace {
  readonly id: string
  /** `undefined` for one that can never be an entry. */
  readonly index: number | undefined
}

/** What a log says of itself next, and what of it is not in the bucket yet. One row of the ledger. */
export interface LogHead {
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Of the last receipts, those that may not be settled yet. */
  readonly unsettled: readonly string[]
}

/** Signs with the log's key; the same bytes have the same signature. */
export interface NoteSigner {
  /** @returns 64 bytes of Ed25519 */
  sign(text: Uint8Array): Promise<Uint8Array>
}

/** An object of a bucket, and the version that a writer has to name to replace it. */
export interface LogObject {
  readonly bytes: Uint8Array
  readonly etag: string
}

/** Where tiles, receipts and checkpoints are published. */
export interface LogBucket {
  /** Strongly consistent; `undefined` where there is no such object. */
  get(path: string): Promise<LogObject | undefined>
  /** Creates an object (`If-None-Match: *`). @returns whether there was none */
  create(path: string, bytes: Uint8Array): Promise<boolean>
  /** Replaces an object (`If-Match`). @returns whether it was the one with this `etag` */
  replace(path: string, bytes: Uint8Array, etag: string): Promise<boolean>
}
