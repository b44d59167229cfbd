import { parseAppOffboarded } from '@lapse/core/events'
import { offboardingWorkflow } from './services/app-offboarded.ts'
import { worksOff } from './services/queue-worker.ts'

/** Queue `app-offboarded`: one message, one app (or one owner's apps) that is granted nothing more. */
export const handler = worksOff('app-offboarded', {
  parse: parseAppOffboarded,
  workflow: offboardingWorkflow,
})
