import type { StageDocument } from '../place/stage-document.ts'
import type { StageReader } from '../place/stage-place.ts'

/** What the stack of a stage writes into its parameter. */
export const exampleStage = {
  version: '0.1.0',
  account: '123456789012',
  region: 'eu-west-1',
  queues: {
    'user-deleted': ['UserDeletedQueue-a', 'UserDeletedDlqQueue-a'],
    'user-deleted-incident': ['UserDeletedIncidentQueue-a', 'UserDeletedIncidentDlqQueue-a'],
  },
  dlqs: { 'user-events': 'UserEventsDlqQueue-a' },
  table: 'LedgerTable-a',
  secrets: { ledgerKey: 'lapse/production/ledger-key', apiKey: 'lapse/production/ory-api-key' },
  rotated: { PT1H: ['Mail'], '10m!': ['Calendar'] },
  key: '00000000-0000-4000-8000-000000000000',
  alarms: 'lapse-production-alarms',
  urls: {
    admin: 'https://p.projects.oryapis.com',
    public: 'https://auth.example',
    webhooks: 'https://w.lambda-url.eu-west-1.on.aws',
  },
  settings: { USER_DELETED_SUBJECT_FIELD: 'subject' },
} satisfies StageDocument

/** What its functions are configured with. */
export const exampleFunction: Readonly<Record<string, string>> = {
  ORY_ADMIN_URL: exampleStage.urls.admin,
  ORY_PUBLIC_URL: `${exampleStage.urls.public}/`,
  ORY_API_KEY_SECRET_ID: 'lapse/production/ory-api-key',
  PROTECTED_CLIENT_IDS: '["console"]',
  LOGIN_CONSENT_TTL: '30m',
}

/** An AWS that has the stage `production`, in the account that the credentials are of. */
export function stageReaderOf(
  document: unknown = exampleStage,
  functionVariables = exampleFunction,
): StageReader {
  return {
    identity: async () => ({ account: '123456789012', partition: 'aws', region: 'eu-west-1' }),
    parameter: async (name) =>
      name === '/lapse/production/place' ? JSON.stringify(document) : undefined,
    variables: async () => functionVariables,
  }
}
