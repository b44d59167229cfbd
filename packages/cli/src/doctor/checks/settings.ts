import { deactivatedUsersAre } from '@lapse/aws/settings/deactivated-users'
import { publisherLanes, webhookLanes } from '@lapse/aws/settings/lanes'
import { rateLimits } from '@lapse/aws/settings/rate-limits'
import { revocationIssuers } from '@lapse/aws/settings/revocation'
import { lookupSettings } from '@lapse/aws/settings/subject-fields'
import type { Environment } from '@lapse/aws/settings/texts'
import {
  keyRotatedSettings,
  offboardingSettings,
  suspensionSettings,
} from '@lapse/aws/settings/workflows'
import { ConfigError } from '@lapse/core/errors'
import { rotatedEntries } from '../../rotation/rotated-entries.ts'
import { type Check, unless, well } from '../check.ts'

/** How the functions read what they are told. */
const readers: readonly ((given: Environment) => unknown)[] = [
  suspensionSettings,
  keyRotatedSettings,
  offboardingSettings,
  deactivatedUsersAre,
  lookupSettings,
  rateLimits,
  publisherLanes,
  webhookLanes,
  revocationIssuers,
  rotatedEntries,
]

/** Settings that a function could not read. */
export const settings: Check<readonly string[]> = {
  name: 'settings',
  about: 'settings can be read',
  read: async ({ variables }) => [
    ...new Set(readers.flatMap((read) => problemIn(read, variables))),
  ],
  judge: (problems) =>
    unless(
      problems.map((says) => ({ says, todo: 'set it right where the functions have it' })),
      well('every setting can be read'),
    ),
}

function problemIn(read: (given: Environment) => unknown, variables: Environment): string[] {
  try {
    read(variables)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [error.message]
    throw error
  }
}
