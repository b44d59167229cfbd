import { secretsManager } from '@lapse/aws/secrets-manager'
import type { Local } from '@lapse/local'
import type { WebhookSource } from '../dev-file.ts'
import { placeOf } from '../place.ts'

/** Every source whose webhooks a local system takes, by its name. */
export async function webhooksOf({
  endpoints,
  environment,
}: Pick<Local, 'endpoints' | 'environment'>): Promise<Readonly<Record<string, WebhookSource>>> {
  const secrets = secretsManager(placeOf({ environment }).secretsManager)
  const secretIds = JSON.parse(environment['WEBHOOK_SECRETS'] ?? '{}') as Record<string, string>
  const sources = Object.entries(secretIds).map(async ([source, secret_id]) => {
    const url = `${endpoints.webhooks}/webhooks/${source}`
    return [source, { url, secret_id, secret: await secrets.get(secret_id) }] as const
  })
  return Object.fromEntries(await Promise.all(sources))
}
