/** A row's place: one per event and pass. Holds no subject. */
export interface RowKey {
  /** The workflow, by its one name: `user-deleted`. */
  readonly workflow: string
  /** The event's idempotency key. */
  readonly event: string
  readonly pass: string
}

/** A row as it was read or written, with the version a writer must name to replace it. */
export interface Stored<Row> {
  readonly row: Row
  /**
   * One more with every write. Versions never begin anew: the first of a row is the time of its
   * writing in milliseconds since the epoch, which nobody can still hold from a row that was there
   * before and expired, as long as rows live for seconds and are written less than once a
   * millisecond.
   */
  readonly version: number
}

/**
 * Where intents and receipts are kept. A row is replaced as a whole, and only by a writer who
 * names the version it read, so that two writers can never both believe they won.
 */
export interface Ledger<Row> {
  /** Strongly consistent; `undefined` where there is no row (or its expiry has passed). */
  read(key: RowKey): Promise<Stored<Row> | undefined>
  /**
   * Writes `row` if the stored version is still `expected` (`0`: if there is none, or if its expiry
   * has passed).
   * @param expiresAt seconds since the epoch after which the row may go; `undefined`: never
   * @returns the new version
   * @throws LedgerConflictError if somebody else wrote in between
   */
  write(key: RowKey, row: Row, expected: number, expiresAt: number | undefined): Promise<number>
}
