import { ConfigError } from '@lapse/core/errors'
import { isLane, type LaneRule, lanes, usualLanes } from '@lapse/core/lane'
import { type Environment, list, optional } from './texts.ts'

/**
 * The lanes that events on the ordinary queues may claim, out of `PUBLISHER_LANES`; `none` is none.
 * @throws ConfigError
 */
export function publisherLanes(environment: Environment): LaneRule {
  if (optional(environment, 'PUBLISHER_LANES') === undefined) return usualLanes
  const claimed = list(environment, 'PUBLISHER_LANES')
  const wrong = claimed.find((name) => name !== 'none' && !isLane(name))
  if (wrong !== undefined)
    throw new ConfigError(
      `PUBLISHER_LANES: ${wrong} is not a lane; write some of ${lanes.join(', ')}, or none`,
    )
  return claimed.filter(isLane)
}

/**
 * The lanes of webhook sources, out of `WEBHOOK_LANES`: a JSON object that has, by a source's name,
 * the one lane that all of its events are in, or an array of those that they may claim.
 * @throws ConfigError
 */
export function webhookLanes(environment: Environment): Readonly<Record<string, LaneRule>> {
  const rules = objectIn(optional(environment, 'WEBHOOK_LANES') ?? '{}')
  const wrong = Object.entries(rules).find(([, rule]) => !isRule(rule))
  if (wrong !== undefined)
    throw new ConfigError(
      `WEBHOOK_LANES: ${wrong[0]} has neither a lane nor an array of lanes, which are ${lanes.join(', ')}`,
    )
  return rules as Readonly<Record<string, LaneRule>>
}

function objectIn(json: string): object {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Told below, with everything else that it may be.
  }
  throw new ConfigError(
    'WEBHOOK_LANES is not a JSON object; write it like {"standard": ["incident", "hygiene"]}',
  )
}

function isRule(rule: unknown): rule is LaneRule {
  return isLane(rule) || (Array.isArray(rule) && rule.every(isLane))
}
