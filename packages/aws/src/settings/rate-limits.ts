import { type RateLimit, type RateLimits, tiers } from '@lapse/core/budget'
import { ConfigError } from '@lapse/core/errors'
import { type Environment, optional } from './texts.ts'

const buckets = ['*', 'admin-low', 'admin-medium', 'admin-high', 'public-medium', 'public-high']

/**
 * `ORY_RATE_LIMITS`: a plan of Ory Network by its name, or limits by bucket as a JSON object, such as
 * `{"admin-low": {"perSecond": 5, "perMinute": 35}}`. Absent, Ory is one without limits.
 * @throws ConfigError where it is neither
 */
export function rateLimits(environment: Environment): RateLimits {
  const text = optional(environment, 'ORY_RATE_LIMITS')?.trim() ?? 'self-hosted'
  return text.startsWith('{') ? limitsIn(text) : tierCalled(text)
}

function tierCalled(name: string): RateLimits {
  if (Object.hasOwn(tiers, name)) return tiers[name as keyof typeof tiers]
  throw new ConfigError(
    `ORY_RATE_LIMITS names no plan; write one of ${Object.keys(tiers).join(', ')}, or limits as JSON`,
  )
}

function limitsIn(json: string): RateLimits {
  const limits = parsed(json)
  for (const [bucket, limit] of Object.entries(limits))
    if (!buckets.includes(bucket) || !isLimit(limit)) throw malformed()
  return limits as RateLimits
}

function parsed(json: string): object {
  try {
    return JSON.parse(json) as object
  } catch {
    throw malformed()
  }
}

function isLimit(limit: Partial<RateLimit> | null): boolean {
  const [perSecond, perMinute] = [limit?.perSecond ?? 0, limit?.perMinute ?? 0]
  return [perSecond, perMinute].every((calls) => Number.isInteger(calls) && calls > 0)
}

function malformed(): ConfigError {
  return new ConfigError(
    `ORY_RATE_LIMITS cannot be read; write it like {"admin-low": {"perSecond": 5, "perMinute": 35}}, with buckets ${buckets.join(', ')}`,
  )
}
