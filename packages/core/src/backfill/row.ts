/** Who works through a file: a process on a machine. */
export interface Holder {
  readonly host: string
  readonly pid: number
}

/** Where a file stands, in the ledger. Holds no subject, and no digest of the file by itself. */
export interface BackfillRow {
  /** Begins the id of every event. */
  readonly id: string
  /** The time of every event, so that one that is sent again is the same. */
  readonly time: string
  /** How many events somebody has approved of, having seen the receipts of the first ones. */
  readonly approved: number
  /** Every line up to this one is on the queue, or was passed over. */
  readonly line: number
  /** How many events that were. */
  readonly sent: number
  /** Every event before this line has its receipt. */
  readonly firstOpen: number
  /** Absent: nobody works through the file. */
  readonly holder?: Holder
  /** When it was last written, in milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A file that is begun. @param now milliseconds since the epoch */
export function newBackfill(name: string, now: number): BackfillRow {
  return {
    id: `backfill-${name.slice(0, 24)}`,
    time: new Date(now).toISOString(),
    approved: 0,
    line: 0,
    sent: 0,
    firstOpen: 1,
    writtenAt: now,
  }
}

/** Longer than a holder that lives is silent. */
const silenceMs = 60_000

/** Until when its holder is believed to be at work on it, in milliseconds since the epoch. */
export function heldUntil({ holder, writtenAt }: BackfillRow): number {
  return holder === undefined ? 0 : writtenAt + silenceMs
}
