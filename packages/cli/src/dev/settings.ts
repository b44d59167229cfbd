import { UsageError } from '../errors.ts'
import { seedVariables } from './seed.ts'

/** What the functions can be told by whoever starts them; where everything is, the system says itself. */
const names = [
  'ACCESS_TOKEN_LIFESPAN',
  'EVENT_SOURCES',
  'FOLLOW_UP_MARGIN',
  'IDENTITY_DELETED_SUBJECT_FIELD',
  'LOGIN_CONSENT_TTL',
  'ORY_TOKEN_ENDPOINT',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_SERVICE_NAME',
  'PROTECTED_CLIENT_IDS',
  'PROTECTED_ISSUERS',
  'PROTECTED_OWNERS',
  'ROTATED_SECRETS',
  'USER_DELETED_SUBJECT_FIELD',
] as const

/** The functions' settings among the variables, as far as they are given. */
export function settingsOf(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const given = names.map((name) => [name, environment[name] ?? ''] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

/** The same where the system is seeded, with the secrets that are. @throws UsageError where others are given */
export function seededSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const given = settingsOf(environment)
  if (given['ROTATED_SECRETS'] === undefined) return { ...given, ...seedVariables }
  throw new UsageError('--seed brings secrets to rotate of its own; take ROTATED_SECRETS away')
}
