import { deactivatedUsersAre } from '@lapse/aws/settings/deactivated-users'
import { rateLimits } from '@lapse/aws/settings/rate-limits'
import { rotationSettings } from '@lapse/aws/settings/rotation'
import { type Environment, list } from '@lapse/aws/settings/texts'
import { offboardingSettings, suspensionSettings } from '@lapse/aws/settings/workflows'
import { ConfigError } from '@lapse/core/errors'
import { UsageError } from '../errors.ts'
import { seedVariables } from './seed.ts'

/** What the functions can be told by whoever starts them; where everything is, the system says itself. */
const names = [
  'ACCESS_TOKEN_LIFESPAN',
  'DEACTIVATED_USERS_ARE',
  'EVENT_SOURCES',
  'FOLLOW_UP_MARGIN',
  'IDENTITY_DELETED_SUBJECT_FIELD',
  'LOGIN_CONSENT_TTL',
  'ORY_API_KEYS_URL',
  'ORY_IDENTITIES_URL',
  'ORY_RATE_LIMITS',
  'ORY_TOKEN_ENDPOINT',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_SERVICE_NAME',
  'PROTECTED_CLIENT_IDS',
  'PROTECTED_ISSUERS',
  'PROTECTED_OWNERS',
  'ROTATED_SECRETS',
  'SUBJECT_TEMPLATES',
  'SUSPENSION_ENDS_API_KEYS',
  'USER_DELETED_SUBJECT_FIELD',
] as const

/**
 * The functions' settings among the variables, as far as they are given.
 * @throws UsageError where a function could not read one of them: it would only say so in its log
 */
export function settingsOf(environment: Environment): Readonly<Record<string, string>> {
  const all = names.map((name) => [name, environment[name] ?? ''] as const)
  const given = Object.fromEntries(all.filter(([, value]) => value !== ''))
  try {
    for (const read of readers) read(given)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new UsageError(error.message, { cause: error })
  }
  return given
}

/** The same where the system is seeded, with the secrets that are. @throws UsageError where others are given */
export function seededSettings(environment: Environment): Readonly<Record<string, string>> {
  const given = settingsOf(environment)
  if (given['ROTATED_SECRETS'] === undefined) return { ...given, ...seedVariables }
  throw new UsageError('--seed brings secrets to rotate of its own; take ROTATED_SECRETS away')
}

/** How the functions read what they are told. */
const readers: readonly ((given: Environment) => unknown)[] = [
  suspensionSettings,
  deactivatedUsersAre,
  offboardingSettings,
  (given) => list(given, 'EVENT_SOURCES'),
  rateLimits,
  (given) => {
    // What the system itself says is not known before it has started.
    const ORY_PUBLIC_URL = 'http://127.0.0.1'
    if (given['ROTATED_SECRETS'] !== undefined) rotationSettings({ ORY_PUBLIC_URL, ...given })
  },
]
