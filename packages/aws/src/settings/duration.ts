import { ConfigError } from '@lapse/core/errors'
import { parseGoDuration } from '@lapse/core/ory'
import type { Environment } from './texts.ts'

/** A duration as Ory writes it (`30m`, `1h30m`), in milliseconds. */
export function duration(environment: Environment, name: string, fallback: string): number {
  const text = environment[name] || fallback
  const milliseconds = parseGoDuration(text)
  if (milliseconds === undefined || milliseconds < 0)
    throw new ConfigError(`${name} is not a duration; write it like 30m or 1h30m`)
  return milliseconds
}
