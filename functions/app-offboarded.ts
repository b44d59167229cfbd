import { parseAppOffboarded } from '@lapse/core/events'
import { offboardingWorkflow } from './services/app-offboarded.ts'
import { queueHandler } from './services/queue-worker.ts'

/** Queue `app-offboarded`: one message, one app (or one owner's apps) that is granted nothing more. */
export const handler = queueHandler('app-offboarded', {
  parse: parseAppOffboarded,
  workflow: offboardingWorkflow,
})
