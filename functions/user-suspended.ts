import { passedOverUpdate } from '@lapse/core/events'
import { queueHandler } from './services/queue-worker.ts'
import { parseDerived, parseMessage, userSuspendedWorkflow } from './services/user-suspended.ts'

/** Queue `user-suspended`: one message, one user whose grants lapse until they begin anew. */
export const handler = queueHandler('user-suspended', {
  parse: parseMessage,
  parseDerived,
  passesOver: passedOverUpdate,
  workflow: userSuspendedWorkflow,
})
