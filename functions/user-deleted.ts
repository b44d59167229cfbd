import { sqsBatch } from '@lapse/aws/sqs-batch'
import { parseUserDeleted } from '@lapse/core/events'
import { userDeleted } from '@lapse/core/workflows'
import * as at from './services.ts'

/** Queue `user-deleted`: one message, one user whose grants lapse. */
export const handler = sqsBatch(
  () => ({
    parse: (body) => parseUserDeleted(body, at.subjectFields()),
    workflow: () => userDeleted(at.userDeletedSettings()),
    outbox: at.outbox('user-deleted'),
    services: at.services,
    clock: at.clock,
    log: at.log,
    metrics: at.metrics,
  }),
  { concurrency: 5 },
)
