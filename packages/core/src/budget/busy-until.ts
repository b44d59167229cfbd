import type { Clock, Ledger } from '../ports/index.ts'
import type { BucketState } from './bucket-state.ts'
import { bookedBucket, type RateLimits } from './rate-limits.ts'
import { bucketKey } from './rows.ts'

/** What a look at a bucket needs. */
export interface BucketTerms {
  readonly ledger: Pick<Ledger<BucketState>, 'read'>
  readonly clock: Clock
  /** What limits are counted for: one Ory project. */
  readonly project: string
  readonly limits: RateLimits
}

/**
 * Until when calls of a bucket have to wait for others: those who stand in its line, or Ory, which
 * said that it is used up. Milliseconds since the epoch, never before now. Looks, and books nothing.
 */
export async function busyUntil(
  { ledger, clock, project, limits }: BucketTerms,
  name: string,
): Promise<number> {
  const bucket = bookedBucket(limits, name)
  const now = clock.now()
  if (bucket === undefined) return now
  const stored = await ledger.read(bucketKey(project, bucket.name))
  if (stored === undefined) return now
  const { line, common, again } = stored.row
  return Math.max(now, line.at, again, common.notBefore)
}
