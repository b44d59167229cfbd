import type { SettingsOptions } from '@lapse/ory-emulator'
import { DEFAULT_REGION } from '../aws.ts'
import type { Variables } from '../lambda/variables.ts'
import type { ServedQueue } from './parts.ts'
import { receiptsLogVariables } from './receipts-log.ts'
import { LEDGER_KEY_SECRET_ID, ORY_API_KEY_SECRET_ID, WEBHOOK_SECRET_IDS } from './secrets.ts'

/** Where everything is, as URLs. */
export interface Endpoints {
  readonly oryPublic: string
  readonly oryAdmin: string
  readonly sqs: string
  readonly dynamoDb: string
  readonly secretsManager: string
  /** The URL of the function that takes webhooks. */
  readonly webhooks: string
}

/** What the functions have to be told. */
export interface EnvironmentFacts {
  readonly endpoints: Endpoints
  readonly ledgerTable: string
  readonly served: readonly ServedQueue[]
  readonly hasApiKey: boolean
  /** Whether identities and API keys are played as well. */
  readonly hasAccounts: boolean
  /** What Ory's server is told, where it is told anything. */
  readonly ttl: SettingsOptions['ttl'] | undefined
}

/** The functions' environment, and that of any other AWS client which is to meet the local system. */
export function environmentOf(facts: EnvironmentFacts): Variables {
  const { endpoints } = facts
  return {
    ACCESS_TOKEN_LIFESPAN: facts.ttl?.accessToken ?? '1h',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_S3: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_REGION: DEFAULT_REGION,
    AWS_SECRET_ACCESS_KEY: 'local',
    LEDGER_KEY_SECRET_ID,
    LEDGER_TABLE: facts.ledgerTable,
    LOGIN_CONSENT_TTL: facts.ttl?.loginConsentRequest ?? '30m',
    ORY_ADMIN_URL: endpoints.oryAdmin,
    ...(facts.hasAccounts && {
      ORY_API_KEYS_URL: endpoints.oryAdmin,
      ORY_IDENTITIES_URL: endpoints.oryAdmin,
    }),
    ...(facts.hasApiKey && { ORY_API_KEY_SECRET_ID }),
    ORY_PUBLIC_URL: endpoints.oryPublic,
    ...receiptsLogVariables(endpoints.oryAdmin),
    WEBHOOK_SECRETS: JSON.stringify(WEBHOOK_SECRET_IDS),
    ...queueVariables(facts.served),
  }
}

// `user-deleted-incident` is USER_DELETED_INCIDENT_QUEUE_URL and USER_DELETED_INCIDENT_DLQ_URL.
function queueVariables(served: readonly ServedQueue[]): Variables {
  const variables = served.flatMap(({ queue, dlq }) => {
    const name = queue.name.toUpperCase().replaceAll('-', '_')
    return [
      [`${name}_QUEUE_URL`, queue.url],
      [`${name}_DLQ_URL`, dlq.url],
    ] as const
  })
  return Object.fromEntries(variables)
}
