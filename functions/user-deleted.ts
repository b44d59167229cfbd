import { parseUserDeleted, passedOverSource } from '@lapse/core/events'
import { queueHandler } from './services/queue-worker.ts'
import { subjectFields, userDeletedWorkflow } from './services/user-deleted.ts'

/** Queue `user-deleted`: one message, one user whose grants lapse. */
export const handler = queueHandler('user-deleted', {
  parse: (body) => parseUserDeleted(body, subjectFields()),
  passesOver: passedOverSource,
  workflow: userDeletedWorkflow,
})
