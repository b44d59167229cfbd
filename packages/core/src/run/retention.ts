const dayMs = 24 * 60 * 60 * 1000

/**
 * How long a row is kept after it was last written. A message may wait for 12 days, be 14 days old
 * on its queue and 14 more on the DLQ; a redrive after that must still find what was done.
 */
export const rowRetentionMs = 60 * dayMs
