import { bookedBucket, callsPerMinute } from '@lapse/core/budget'
import { ConfigError } from '@lapse/core/errors'
import type {
  KeyRotatedSettings,
  OffboardingSettings,
  SuspensionSettings,
  UserSettings,
} from '@lapse/core/workflows'
import { duration } from './duration.ts'
import { oryAccountsSettings } from './ory.ts'
import { protection } from './protection.ts'
import { rateLimits } from './rate-limits.ts'
import { type Environment, list, optional } from './texts.ts'

/** A secret that goes with its app can be had back for as long as Secrets Manager keeps any. */
export function offboardingSettings(environment: Environment): OffboardingSettings {
  return {
    ...protection(environment),
    accessTokenLifespanMs: accessTokenLifespanMs(environment),
    secretRecoveryDays: 30,
    ownSecretIds: list(environment, 'ROTATED_SECRET_NAMES'),
  }
}

/** Both the function that rotates keys and the sweep that retires them go by these. */
export function keyRotatedSettings(environment: Environment): KeyRotatedSettings {
  return {
    ...protection(environment),
    accessTokenLifespanMs: accessTokenLifespanMs(environment),
  }
}

/** Logins in flight have ended by the second pass. */
export function userSettings(environment: Environment): UserSettings {
  const loginConsentTtlMs = duration(environment, 'LOGIN_CONSENT_TTL', '30m')
  const revocations = bookedBucket(rateLimits(environment), 'admin-low')
  const marginMs = duration(environment, 'FOLLOW_UP_MARGIN', '1m')
  return {
    followUpAfterMs: loginConsentTtlMs + marginMs,
    accessTokenLifespanMs: accessTokenLifespanMs(environment),
    tokensEndWithinMs: duration(environment, 'TOKENS_END_WITHIN', '1m'),
    ...(revocations && { callsPerMinute: callsPerMinute(revocations.limit) }),
    ...accountScope(environment),
  }
}

/** What is looked at and ends besides OAuth2: that of which it is said where it is. */
function accountScope(environment: Environment) {
  const { identitiesUrl, apiKeysUrl } = oryAccountsSettings(environment)
  return {
    ...(identitiesUrl !== undefined && { identitySessions: true }),
    ...(apiKeysUrl !== undefined && { apiKeys: true }),
  }
}

/** Revoking an API key is for ever, and a suspension is not: it has to be asked for. */
export function suspensionSettings(environment: Environment): SuspensionSettings {
  const name = 'SUSPENSION_ENDS_API_KEYS'
  const said = optional(environment, name) ?? 'no'
  if (said !== 'yes' && said !== 'no')
    throw new ConfigError(`${name} is not one of yes, no; write one of them`)
  return { ...userSettings(environment), suspensionEndsApiKeys: said === 'yes' }
}

function accessTokenLifespanMs(environment: Environment): number {
  return duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h')
}
