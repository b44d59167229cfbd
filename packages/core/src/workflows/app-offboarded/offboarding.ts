import { isAboutOwner, type Offboarded } from '../../events/index.ts'
import type { Workflow } from '../../run/index.ts'
import { appOffboarded } from './app-offboarded.ts'
import type { AppParts } from './observation.ts'
import { type OwnedClients, ownerOffboarded } from './owner-offboarded.ts'
import { type OwnerParts, ownerPartsOffboarded } from './owner-parts-offboarded.ts'
import type { OffboardingServices } from './services.ts'
import type { OffboardingSettings } from './settings.ts'

/** What an `app.offboarded` of any kind looks at. */
export type OffboardingObservation = AppParts | OwnedClients | OwnerParts

type Offboarding = Workflow<Offboarded, OffboardingObservation, OffboardingServices>

/** The workflow of an `app.offboarded`: about one client, an owner's clients, or what else it had. */
export function offboarding(event: Offboarded, settings: OffboardingSettings): Offboarding {
  // Each workflow is only ever given events and observations of its own kind.
  return workflowOf(event, settings) as Offboarding
}

function workflowOf(event: Offboarded, settings: OffboardingSettings): unknown {
  if (!isAboutOwner(event)) return appOffboarded(settings)
  return event.derived?.part === 'parts'
    ? ownerPartsOffboarded(settings)
    : ownerOffboarded(settings)
}
