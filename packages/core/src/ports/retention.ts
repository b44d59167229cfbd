import type { Clock } from './clock.ts'

const dayMs = 24 * 60 * 60 * 1000

/** How many days a row is kept after it was last written. */
export const rowRetentionDays = 60

/**
 * The same in milliseconds. A message may wait for 12 days, be 14 days old on its queue and 14 more
 * on the DLQ; a redrive after that must still find what was done.
 */
export const rowRetentionMs = rowRetentionDays * dayMs

/** When a row that is written now may go, as `Ledger.write` takes it. @param keptMs milliseconds */
export function rowExpiry(clock: Clock, keptMs = rowRetentionMs): number {
  return Math.ceil((clock.now() + keptMs) / 1000)
}
