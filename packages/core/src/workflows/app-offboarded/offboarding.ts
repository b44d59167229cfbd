import { EventError } from '../../errors.ts'
import { isAboutOwner, isAboutOwnerParts, type Offboarded } from '../../events/index.ts'
import type { Workflow } from '../../run/index.ts'
import { appOffboarded } from './app-offboarded.ts'
import type { AppParts } from './observation.ts'
import { type OwnedClients, ownerOffboarded } from './owner-offboarded.ts'
import type { OffboardingSettings } from './settings.ts'

/** The workflow of an `app.offboarded`, which is about one client or about an owner's. */
export function offboarding(
  event: Offboarded,
  settings: OffboardingSettings,
): Workflow<Offboarded, AppParts | OwnedClients> {
  if (isAboutOwnerParts(event))
    throw new EventError('unexpected-type: data.parts_of_owner is not processed yet')
  // Each workflow is only ever given events and observations of its own kind.
  const workflow: unknown = isAboutOwner(event)
    ? ownerOffboarded(settings)
    : appOffboarded(settings)
  return workflow as Workflow<Offboarded, AppParts | OwnedClients>
}
