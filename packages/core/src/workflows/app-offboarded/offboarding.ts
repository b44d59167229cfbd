import { type AppOffboarded, isAboutOwner, type OwnerOffboarded } from '../../events/index.ts'
import type { Workflow } from '../../run/index.ts'
import { appOffboarded } from './app-offboarded.ts'
import type { AppParts } from './observation.ts'
import { type OwnedClients, ownerOffboarded } from './owner-offboarded.ts'
import type { OffboardingSettings } from './settings.ts'

/** The workflow of an `app.offboarded`, which is about one client or about an owner's. */
export function offboarding(
  event: AppOffboarded | OwnerOffboarded,
  settings: OffboardingSettings,
): Workflow<AppOffboarded | OwnerOffboarded, AppParts | OwnedClients> {
  // Each workflow is only ever given events and observations of its own kind.
  const workflow: unknown = isAboutOwner(event)
    ? ownerOffboarded(settings)
    : appOffboarded(settings)
  return workflow as Workflow<AppOffboarded | OwnerOffboarded, AppParts | OwnedClients>
}
