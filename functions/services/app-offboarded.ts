import type { Offboarded } from '@lapse/core/events'
import { type OffboardingSettings, offboarding } from '@lapse/core/workflows'
import { duration } from './duration.ts'
import { environment } from './environment.ts'
import { list } from './settings.ts'

/** The workflow for an app or for an owner's apps, under the settings of this deployment. */
export const offboardingWorkflow = (event: Offboarded) => offboarding(event, offboardingSettings())

/** A secret that goes with its app can be had back for as long as Secrets Manager keeps any. */
export function offboardingSettings(): OffboardingSettings {
  return {
    protectedClientIds: list(environment, 'PROTECTED_CLIENT_IDS'),
    protectedOwners: list(environment, 'PROTECTED_OWNERS'),
    protectedIssuers: list(environment, 'PROTECTED_ISSUERS'),
    accessTokenLifespanMs: duration(environment, 'ACCESS_TOKEN_LIFESPAN', '1h'),
    secretRecoveryDays: 30,
  }
}
