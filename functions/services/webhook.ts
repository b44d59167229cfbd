import { once } from '@lapse/aws/once'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { deactivatedUsersAre } from '@lapse/aws/settings/deactivated-users'
import { webhookLanes } from '@lapse/aws/settings/lanes'
import { queueUrl } from '@lapse/aws/settings/queue-urls'
import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { required } from '@lapse/aws/settings/texts'
import { sqsSend } from '@lapse/aws/sqs-send'
import { withoutSecrets } from '@lapse/core/events'
import type { DoorServices } from '@lapse/webhooks'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { webhookSecrets } from './webhook-secrets.ts'

/**
 * Shorter than elsewhere: a sender waits, and an AWS that hangs must not hold one of the door's few
 * places for long. Whatever
 * is asked within one request ends within the function's 10 s.
 */
export const doorLimits = { connectMs: 500, answerMs: 1000, attempts: 2, callMs: 2400 }

/** Everything the door needs, made at the first request; a failure is forgotten. */
export const doorServices: () => Promise<DoorServices> = once(async () => {
  const send = sqsSend({ limits: doorLimits })
  const queueUrls = {
    'user-deleted': queueUrl(environment, 'user-deleted'),
    'user-suspended': queueUrl(environment, 'user-suspended'),
    'user-signed-out': queueUrl(environment, 'user-signed-out'),
    'app-offboarded': queueUrl(environment, 'app-offboarded'),
    'key-rotated': queueUrl(environment, 'key-rotated'),
    'user-deleted-incident': queueUrl(environment, 'user-deleted-incident'),
    'user-suspended-incident': queueUrl(environment, 'user-suspended-incident'),
    'user-signed-out-incident': queueUrl(environment, 'user-signed-out-incident'),
    'app-offboarded-incident': queueUrl(environment, 'app-offboarded-incident'),
    'key-rotated-incident': queueUrl(environment, 'key-rotated-incident'),
  }
  return {
    ...webhookSecrets(required(environment, 'WEBHOOK_SECRETS'), {
      secrets: secretsManager({ limits: doorLimits }),
      clock,
    }),
    enqueue: (stem, body) => send(queueUrls[stem], { body: withoutSecrets(body), attributes: {} }),
    lanes: webhookLanes(environment),
    subjectField: subjectFields(environment).userDeleted,
    deactivatedUsersAre: deactivatedUsersAre(environment),
    clock,
    log,
    metrics,
  }
})
