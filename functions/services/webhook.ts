import { once } from '@lapse/aws/once'
import { secretsManager } from '@lapse/aws/secrets-manager'
import { deactivatedUsersAre } from '@lapse/aws/settings/deactivated-users'
import { webhookLanes } from '@lapse/aws/settings/lanes'
import { queueUrl } from '@lapse/aws/settings/queue-urls'
import { revocationIssuers } from '@lapse/aws/settings/revocation'
import { subjectFields } from '@lapse/aws/settings/subject-fields'
import { required } from '@lapse/aws/settings/texts'
import { sqsSend } from '@lapse/aws/sqs-send'
import { withoutSecrets } from '@lapse/core/events'
import type { DoorServices } from '@lapse/webhooks'
import { doorLimits } from './door-limits.ts'
import { environment } from './environment.ts'
import { clock, log, metrics } from './observability.ts'
import { webhookSecrets } from './webhook-secrets.ts'

/** A source without a secret: it is switched on by who may use it. */
const revoking = 'global-token-revocation'

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
  const { sources, secretsOf } = webhookSecrets(required(environment, 'WEBHOOK_SECRETS'), {
    secrets: secretsManager({ limits: doorLimits }),
    clock,
  })
  const issuers = revocationIssuers(environment)
  const { userDeleted, templates } = subjectFields(environment)
  return {
    secretsOf,
    sources: issuers === undefined ? sources : [...new Set([...sources, revoking])],
    ...(issuers !== undefined && {
      revocation: (await import('./revocation.ts')).revocationServices(issuers),
    }),
    enqueue: (stem, body) => send(queueUrls[stem], { body: withoutSecrets(body), attributes: {} }),
    lanes: webhookLanes(environment),
    subjectField: userDeleted,
    ...(templates && { subjectTemplates: templates }),
    deactivatedUsersAre: deactivatedUsersAre(environment),
    clock,
    log,
    metrics,
  }
})
