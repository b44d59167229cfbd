import { ConfigError } from '@lapse/core/errors'
import { type Environment, optional } from './texts.ts'

const name = 'DEACTIVATED_USERS_ARE'

/** What users are whom a source of webhooks deactivates: suspended, unless it is said that they are gone. */
export function deactivatedUsersAre(environment: Environment): 'suspended' | 'deleted' {
  const said = optional(environment, name) ?? 'suspended'
  if (said === 'suspended' || said === 'deleted') return said
  throw new ConfigError(`${name} is not one of suspended, deleted; write one of them`)
}
