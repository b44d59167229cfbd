import type { Alarm } from './alarms.ts'
import { functionOf, watchCount, watchErrors } from './function.ts'
import type { Key } from './key.ts'
import { type Link, link } from './links.ts'
import { createSecret, giveFirstValue, reading } from './secrets.ts'
import { type Settings, templatesIn } from './settings.ts'
import { componentName, secretName, serviceName } from './stage.ts'

const stem = 'webhook'

/**
 * The HTTP door. Its URL is public and every request is verified by the function; what may run at
 * the same time is reserved, so that a flood costs the workers nothing.
 */
export function createWebhook(
  settings: Settings,
  links: { readonly events: readonly Link[]; readonly tokens: () => Link },
  key: Key,
  alarm: Alarm,
): sst.aws.Function {
  const { revocationIssuers: issuers, revocationUrl, webhookSources } = settings
  const webhook = new sst.aws.Function('Webhook', {
    ...functionOf({
      stem,
      timeoutSeconds: 10,
      key,
      links: [
        webhookSecrets(webhookSources, key),
        ...(issuers ? [links.tokens()] : []),
        ...links.events,
      ],
      environment: {
        USER_DELETED_SUBJECT_FIELD: settings.subjectField,
        ...templatesIn(settings),
        ...(settings.deactivatedUsersAre && {
          DEACTIVATED_USERS_ARE: settings.deactivatedUsersAre,
        }),
        ...(issuers && { REVOCATION_ISSUERS: JSON.stringify(issuers) }),
        ...(revocationUrl && { REVOCATION_URL: revocationUrl }),
        ...(settings.webhookLanes && { WEBHOOK_LANES: JSON.stringify(settings.webhookLanes) }),
      },
    }),
    url: { authorization: 'none', cors: false },
    ...(settings.webhookConcurrency !== 'unreserved' && {
      concurrency: { reserved: settings.webhookConcurrency },
    }),
  })
  watchErrors(stem, webhook.name, alarm)
  // A door that cannot even begin counts nothing itself.
  alarm('WebhookUrl5xx', {
    description: 'webhook: answered 5xx; docs/runbook.md#webhooks-failed',
    namespace: 'AWS/Lambda',
    metric: 'Url5xxCount',
    dimensions: { FunctionName: webhook.name },
  })
  watchCount(stem, 'WebhooksFailed', alarm)
  watchCount(stem, 'WebhooksUnreadable', alarm)
  // Anybody can knock; somebody who goes on is either misconfigured or trying.
  watchCount(stem, 'WebhooksRefused', alarm, { threshold: 20, periodSeconds: 300 })
  for (const source of webhookSources) watchSource(source, alarm)
  return webhook
}

const aDaySeconds = 86_400

/**
 * An alarm on a source that for seven days passed events over and delivered none. A day without
 * requests counts as the one before it; both metrics are told of the same requests.
 */
function watchSource(source: string, alarm: Alarm): void {
  const of = (metric: string) => ({
    namespace: 'lapse',
    metric,
    dimensions: { service: serviceName(stem), source },
  })
  alarm(`Webhook${componentName(source)}DeliversNothing`, {
    description: `webhook: ${source} passed events over for a week and delivered none; docs/runbook.md#a-source-delivers-nothing`,
    sums: { passed: of('EventsPassedOver'), queued: of('EventsQueued') },
    expression: 'IF(FILL(passed, REPEAT) > 0 AND FILL(queued, REPEAT) == 0, 1, 0)',
    periodSeconds: aDaySeconds,
    periods: 7,
  })
}

/** Senders that make the secret themselves: until it is put there, their webhooks are answered 503. */
const issuedBySender: readonly string[] = ['clerk']

/** Its senders sign with keys of their own, and share no secret with anybody. */
const withoutSecret = 'global-token-revocation'

/** One secret for each source, with the one or two texts its senders sign with. */
function webhookSecrets(all: readonly string[], key: Key): Link {
  const sources = all.filter((source) => source !== withoutSecret)
  const secrets = sources.map((source) => webhookSecret(source, key))
  const names = sources.map((source) => [source, secretName(`webhooks/${source}`)] as const)
  return link('WebhookSecrets', {
    environment: { WEBHOOK_SECRETS: JSON.stringify(Object.fromEntries(names)) },
    permissions: secrets.length > 0 ? reading(secrets, key) : [],
  })
}

/** In the form that Standard Webhooks has, which is a text like any other to the rest. */
function webhookSecret(source: string, key: Key): aws.secretsmanager.Secret {
  const name = `${componentName(source)}WebhookSecret`
  const secret = createSecret(name, `webhooks/${source}`, key, {
    description: `What ${source} signs its webhooks with; two texts while it is being replaced`,
  })
  if (!issuedBySender.includes(source)) {
    const bytes = new random.RandomBytes(`${name}Bytes`, { length: 32 })
    giveFirstValue(name, secret, $interpolate`whsec_${bytes.base64}`)
  }
  return secret
}
