import type { Protection } from '@lapse/core/protection'
import { type Environment, list } from './texts.ts'

/** What this deployment protects. @throws ConfigError where a list cannot be read */
export function protection(environment: Environment): Protection {
  return {
    protectedClientIds: list(environment, 'PROTECTED_CLIENT_IDS'),
    protectedOwners: list(environment, 'PROTECTED_OWNERS'),
    protectedIssuers: list(environment, 'PROTECTED_ISSUERS'),
  }
}
