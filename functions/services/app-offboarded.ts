import { offboardingSettings } from '@lapse/aws/settings/workflows'
import type { Offboarded } from '@lapse/core/events'
import { offboarding } from '@lapse/core/workflows'
import { environment } from './environment.ts'

/** The workflow for an app or for an owner's apps, under the settings of this deployment. */
export const offboardingWorkflow = (event: Offboarded) =>
  offboarding(event, offboardingSettings(environment))
