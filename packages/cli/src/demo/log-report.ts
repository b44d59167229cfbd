import type { Verdict } from '@lapse/core/receipts-log'

/** What the receipts log held in the end, and what a proof of one receipt was worth. */
export interface LogReport {
  /** How many receipts. */
  readonly size: number
  /** The event whose receipt was proven. */
  readonly event_id: string
  /** The receipt's place in the log. */
  readonly index: number
  /** What the proof was found to be from the log's key and checkpoint alone. */
  readonly verdict: Verdict
}
