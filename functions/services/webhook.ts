import { once } from '@lapse/aws/once'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { sqsSend } from '@lapse/aws/sqs-send'
import { defaultSubjectFields } from '@lapse/core/events'
import type { DoorServices } from '@lapse/webhooks'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { queueUrl } from './queue-urls.ts'
import { optional, required } from './settings.ts'
import { webhookSecrets } from './webhook-secrets.ts'

/** Everything the door needs, made at the first request; a failure is forgotten. */
export const doorServices: () => Promise<DoorServices> = once(async () => {
  const send = sqsSend()
  const queueUrls = {
    'user-deleted': queueUrl('user-deleted'),
    'app-offboarded': queueUrl('app-offboarded'),
    'key-rotated': queueUrl('key-rotated'),
  }
  return {
    ...webhookSecrets(required(environment, 'WEBHOOK_SECRETS'), {
      secrets: secretsManager(),
      clock,
    }),
    enqueue: (stem, body) => send(queueUrls[stem], { body, attributes: {} }),
    subjectField:
      optional(environment, 'USER_DELETED_SUBJECT_FIELD') ?? defaultSubjectFields.userDeleted,
    clock,
    log,
    metrics,
  }
})
