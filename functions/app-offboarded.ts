import { parseAppOffboarded } from '@lapse/core/events'
import { offboarding } from '@lapse/core/workflows'
import { offboardingSettings, worksOff } from './services.ts'

/** Queue `app-offboarded`: one message, one app (or one owner's apps) that is granted nothing more. */
export const handler = worksOff('app-offboarded', {
  parse: parseAppOffboarded,
  workflow: (event) => offboarding(event, offboardingSettings()),
})
