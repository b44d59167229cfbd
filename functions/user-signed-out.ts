import { queueHandler } from './services/queue-worker.ts'
import { parseDerived, parseMessage, userSignedOutWorkflow } from './services/user-signed-out.ts'

/** Queue `user-signed-out`: one message, one user whose sessions and grants lapse. */
export const handler = queueHandler('user-signed-out', {
  parse: parseMessage,
  parseDerived,
  workflow: userSignedOutWorkflow,
})
