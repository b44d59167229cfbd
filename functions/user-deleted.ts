import { passedOverSource } from '@lapse/core/events'
import { queueHandler } from './services/queue-worker.ts'
import { parseMessage, userDeletedWorkflow } from './services/user-deleted.ts'

/** Queue `user-deleted`: one message, one user whose grants lapse. */
export const handler = queueHandler('user-deleted', {
  parse: parseMessage,
  passesOver: passedOverSource,
  workflow: userDeletedWorkflow,
})
