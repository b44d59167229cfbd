import { rateLimits as limitsOf } from '@lapse/aws/settings/rate-limits'
import { type RateLimit, tiers } from '@lapse/core/budget'
import { nobodysPath } from '../../site/ory-sides.ts'
import { type Check, cannotTell, type Outcome, well, wrong } from '../check.ts'

/** How many reads of one client Ory lets through, and how many workers think it does. */
export interface LimitsSeen {
  readonly setting: string | undefined
  readonly ours: RateLimit | undefined
  /** By the headers of an answer; `undefined` where they say nothing. */
  readonly orys: Partial<RateLimit> | undefined
}

export const rateLimits: Check<LimitsSeen> = {
  name: 'rate-limits',
  about: 'Ory: its rate limits, and ours',
  async read({ ory, variables }) {
    const limits = limitsOf(variables)
    const { headers } = await ory.admin(nobodysPath)
    return {
      setting: variables['ORY_RATE_LIMITS'] || undefined,
      ours: limits['admin-high'] ?? limits['*'],
      orys: limitIn(headers['x-ratelimit-limit']),
    }
  },
  judge: ({ setting, ours, orys }): Outcome => {
    const perMinute = orys?.perMinute
    if (perMinute === undefined)
      return ours === undefined
        ? well('Ory says nothing of limits, and none is kept')
        : cannotTell('ORY_RATE_LIMITS is set, and Ory says nothing of limits')
    const told = `Ory lets ${perMinute} reads a minute through`
    const plan = planOf(perMinute)
    const todo = `set ORY_RATE_LIMITS to ${plan ?? "the plan's limits (docs/ory-network.md)"}`
    if (ours === undefined)
      return wrong(
        `${told}, and ORY_RATE_LIMITS ${setting ? `is ${setting}` : 'is not set'}: workers run into 429`,
        todo,
      )
    const named = setting?.startsWith('{') ? 'ORY_RATE_LIMITS' : `ORY_RATE_LIMITS (${setting})`
    if (perMinute < ours.perMinute)
      return wrong(
        `${told}, and ${named} takes it for ${ours.perMinute}: workers run into 429`,
        todo,
      )
    if (perMinute === ours.perMinute) return well(`${told}, as ${named} says`)
    return well(
      `${told}, and ${named} only uses ${ours.perMinute}${plan ? `; ${plan} would use all` : ''}`,
    )
  },
}

/** `10, 10;w=1, 300;w=60`: the least of each window, where several buckets are told of. */
function limitIn(header = ''): Partial<RateLimit> | undefined {
  const policies = [...header.matchAll(/(\d+)\s*;\s*w=(\d+)/g)].map(([, calls, seconds]) => ({
    calls: Number(calls),
    seconds: Number(seconds),
  }))
  const least = (window: number) =>
    policies
      .filter(({ seconds }) => seconds === window)
      .reduce((calls, policy) => Math.min(calls, policy.calls), Number.POSITIVE_INFINITY)
  const [perSecond, perMinute] = [least(1), least(60)]
  return Number.isFinite(perMinute) ? { perSecond, perMinute } : undefined
}

/** The plan whose reads are as many; several plans may have as many, and then none is meant. */
function planOf(perMinute: number): string | undefined {
  const plans = Object.entries(tiers).filter(
    ([, limits]) => 'admin-high' in limits && limits['admin-high'].perMinute === perMinute,
  )
  return plans.length === 0 ? undefined : plans.map(([name]) => name).join(' or ')
}
