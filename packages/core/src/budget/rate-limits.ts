/** How many calls Ory lets through. */
export interface RateLimit {
  readonly perSecond: number
  readonly perMinute: number
}

/**
 * Limits by bucket. `*` is one bucket that everything not named drains together, as projects have it
 * that are older than buckets. What is neither named nor under `*` has no limit.
 */
export type RateLimits = Readonly<Record<string, RateLimit>>

const limit = (perMinute: number, perSecond: number): RateLimit => ({ perSecond, perMinute })

/**
 * The limits of Ory Network's plans in production, as published; of `public-high` none is.
 * `staging` stands for staging and development environments of paid plans: published is its
 * `admin-low`, the rest is as on Developer, the lowest there is.
 */
export const tiers = {
  developer: {
    'admin-low': limit(15, 5),
    'admin-medium': limit(15, 5),
    'admin-high': limit(80, 5),
    'public-medium': limit(125, 6),
  },
  production: {
    'admin-low': limit(35, 5),
    'admin-medium': limit(30, 5),
    'admin-high': limit(175, 8),
    'public-medium': limit(375, 16),
  },
  growth: {
    'admin-low': limit(350, 15),
    'admin-medium': limit(60, 5),
    'admin-high': limit(4300, 173),
    'public-medium': limit(1200, 49),
  },
  enterprise: {
    'admin-low': limit(700, 29),
    'admin-medium': limit(125, 6),
    'admin-high': limit(8750, 351),
    'public-medium': limit(3600, 145),
  },
  staging: {
    'admin-low': limit(30, 5),
    'admin-medium': limit(15, 5),
    'admin-high': limit(80, 5),
    'public-medium': limit(125, 6),
  },
  'self-hosted': {},
} as const satisfies Readonly<Record<string, RateLimits>>

/**
 * A bucket as wide as this is not booked: all workers together do not come near it, and asking for
 * every call would cost each event another write.
 */
const unbookedPerSecond = 100

/** A bucket whose calls are booked, and the limit that is shared under its name. */
export interface BookedBucket {
  readonly name: string
  readonly limit: RateLimit
}

/** What the calls of a bucket are booked from; `undefined` where they need no slot. */
export function bookedBucket(limits: RateLimits, bucket: string): BookedBucket | undefined {
  const name = Object.hasOwn(limits, bucket) ? bucket : '*'
  const found = Object.hasOwn(limits, name) ? limits[name] : undefined
  return found === undefined || found.perSecond >= unbookedPerSecond
    ? undefined
    : { name, limit: found }
}
