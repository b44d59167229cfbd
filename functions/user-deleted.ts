import { passedOverSource } from '@lapse/core/events'
import { queueHandler } from './services/queue-worker.ts'
import { parseDerived, parseMessage, userDeletedWorkflow } from './services/user-deleted.ts'

/** Queue `user-deleted`: one message, one user whose grants lapse. */
export const handler = queueHandler('user-deleted', {
  parse: parseMessage,
  parseDerived,
  passesOver: passedOverSource,
  workflow: userDeletedWorkflow,
})
