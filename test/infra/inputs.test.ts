import { publisherLanes, webhookLanes } from '@lapse/aws/settings/lanes'
import { beforeAll, expect, test } from 'vitest'
import manifest from '../../packages/cli/package.json' with { type: 'json' }
import type { Bag } from './engine/answers.ts'
import type { Resource } from './engine/mock-engine.ts'
import { synthesize } from './engine/synthesize.ts'
import { network } from './settings.ts'
import { Stack, stemOf, types } from './stack.ts'

let resources: readonly Resource[]
let stack: Stack

beforeAll(async () => {
  const settings = { ...network, protectedOwners: ['us'], protectedIssuers: ['https://us.example'] }
  resources = (await synthesize({ stage: 'production', settings })).resources
  stack = new Stack(resources)
})

/** What a function is told, but for what SST tells it. */
function told(stem: string): Bag {
  const lambda = stack.some(types.function).find((one) => stemOf(one) === stem)
  const { variables } = (lambda?.inputs['environment'] ?? {}) as { variables: Bag }
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('SST_')))
}

const url = (name: string) => `https://sqs.example/123456789012/${name}Queue`
const queuesOf = (variable: string, name: string) => ({
  [`${variable}_DLQ_URL`]: url(`${name}Dlq`),
  [`${variable}_INCIDENT_DLQ_URL`]: url(`${name}IncidentDlq`),
  [`${variable}_INCIDENT_QUEUE_URL`]: url(`${name}Incident`),
  [`${variable}_QUEUE_URL`]: url(name),
})
const secret = (name: string) =>
  `arn:aws:secretsmanager:eu-central-1:123456789012:secret:lapse/production/${name}-AbCdEf`
const ory = {
  ACCESS_TOKEN_LIFESPAN: '1h',
  LOGIN_CONSENT_TTL: '30m',
  ORY_ADMIN_URL: 'https://ory.example',
  ORY_API_KEY_SECRET_ID: secret('ory-api-key'),
  ORY_PUBLIC_URL: 'https://auth.ory.example',
  PROTECTED_CLIENT_IDS: '["console"]',
  PROTECTED_ISSUERS: '["https://us.example"]',
  PROTECTED_OWNERS: '["us"]',
}
const sources = {
  EVENT_SOURCES: JSON.stringify([
    ...network.webhookSources.map((name) => `webhook:${name}`),
    'https://accounts.example',
  ]),
}
const withSecret = network.webhookSources.filter((name) => name !== 'global-token-revocation')
const ledger = { LEDGER_TABLE: 'LedgerTable' }
const ledgerKey = { LEDGER_KEY_SECRET_ID: secret('ledger-key') }

test.each([
  [
    'user-deleted',
    {
      ...ory,
      ...sources,
      ...ledger,
      ...ledgerKey,
      IDENTITY_DELETED_SUBJECT_FIELD: 'IdentityID',
      ...queuesOf('USER_DELETED', 'UserDeleted'),
      USER_DELETED_SUBJECT_FIELD: 'subject',
    },
  ],
  [
    'user-suspended',
    {
      ...ory,
      ...sources,
      ...ledger,
      ...ledgerKey,
      IDENTITY_DELETED_SUBJECT_FIELD: 'IdentityID',
      ...queuesOf('USER_SUSPENDED', 'UserSuspended'),
      USER_DELETED_SUBJECT_FIELD: 'subject',
    },
  ],
  [
    'user-signed-out',
    {
      ...ory,
      ...sources,
      ...ledger,
      ...ledgerKey,
      IDENTITY_DELETED_SUBJECT_FIELD: 'IdentityID',
      ...queuesOf('USER_SIGNED_OUT', 'UserSignedOut'),
      USER_DELETED_SUBJECT_FIELD: 'subject',
    },
  ],
  [
    'app-offboarded',
    {
      ...ory,
      ...sources,
      ...ledger,
      ...ledgerKey,
      ...queuesOf('APP_OFFBOARDED', 'AppOffboarded'),
    },
  ],
  [
    'key-rotated',
    {
      ...ory,
      ...sources,
      ...ledger,
      ...ledgerKey,
      ...queuesOf('KEY_ROTATED', 'KeyRotated'),
    },
  ],
  ['rotate-client-secret', { ...ory, ...ledger }],
  ['sweep', { ...ory, ...ledger, ...ledgerKey }],
  [
    'seal',
    {
      ...ledger,
      RECEIPTS_LOG_BUCKET: 'receiptslogbucket',
      RECEIPTS_LOG_KEY_ID: `arn:aws:kms:eu-central-1:123456789012:key/ReceiptsLogKey`,
      RECEIPTS_LOG_ORIGIN: 'lapse/production/ory.example',
    },
  ],
  [
    'webhook',
    {
      ...ledger,
      REVOCATION_ISSUERS: JSON.stringify(network.revocationIssuers),
      APP_OFFBOARDED_INCIDENT_QUEUE_URL: url('AppOffboardedIncident'),
      APP_OFFBOARDED_QUEUE_URL: url('AppOffboarded'),
      KEY_ROTATED_INCIDENT_QUEUE_URL: url('KeyRotatedIncident'),
      KEY_ROTATED_QUEUE_URL: url('KeyRotated'),
      USER_DELETED_INCIDENT_QUEUE_URL: url('UserDeletedIncident'),
      USER_DELETED_QUEUE_URL: url('UserDeleted'),
      USER_DELETED_SUBJECT_FIELD: 'subject',
      USER_SIGNED_OUT_INCIDENT_QUEUE_URL: url('UserSignedOutIncident'),
      USER_SIGNED_OUT_QUEUE_URL: url('UserSignedOut'),
      USER_SUSPENDED_INCIDENT_QUEUE_URL: url('UserSuspendedIncident'),
      USER_SUSPENDED_QUEUE_URL: url('UserSuspended'),
      WEBHOOK_SECRETS: JSON.stringify(
        Object.fromEntries(withSecret.map((name) => [name, `lapse/production/webhooks/${name}`])),
      ),
    },
  ],
])('%s is told exactly this', (stem, variables) => {
  expect(told(stem)).toEqual({
    LAPSE_VERSION: manifest.version,
    POWERTOOLS_SERVICE_NAME: `lapse-production-${stem}`,
    ...variables,
  })
})

test('functions are told which lanes may be claimed, where the settings say so', async () => {
  const lanes = {
    publisherLanes: [],
    webhookLanes: { standard: ['incident', 'hygiene'], polis: 'hygiene' },
  } as const
  const settings = { ...network, ...lanes }
  const made = new Stack((await synthesize({ stage: 'production', settings })).resources)
  const variable = (stem: string, name: string) => {
    const lambda = made.some(types.function).find((one) => stemOf(one) === stem)
    const { variables } = (lambda?.inputs['environment'] ?? { variables: {} }) as { variables: Bag }
    return variables[name]
  }

  expect(
    ['user-deleted', 'user-suspended', 'user-signed-out', 'app-offboarded', 'key-rotated'].map(
      (stem) => publisherLanes({ PUBLISHER_LANES: String(variable(stem, 'PUBLISHER_LANES')) }),
    ),
  ).toEqual([[], [], [], [], []])
  expect(webhookLanes({ WEBHOOK_LANES: String(variable('webhook', 'WEBHOOK_LANES')) })).toEqual(
    lanes.webhookLanes,
  )
})

test('functions of users are told where identities and API keys are, where the settings say so', async () => {
  const accounts = {
    oryIdentitiesUrl: 'https://kratos.example',
    oryApiKeysUrl: 'https://project.example',
    suspensionEndsApiKeys: true,
  }
  const settings = { ...network, ...accounts }
  const made = new Stack((await synthesize({ stage: 'test', settings })).resources)
  const named = made.some(types.function).filter(({ inputs }) => {
    const { variables } = (inputs['environment'] ?? { variables: {} }) as { variables: Bag }
    return (
      variables['ORY_IDENTITIES_URL'] === accounts.oryIdentitiesUrl &&
      variables['ORY_API_KEYS_URL'] === accounts.oryApiKeysUrl &&
      variables['SUSPENSION_ENDS_API_KEYS'] === 'yes'
    )
  })

  expect(named.map(stemOf).toSorted()).toEqual([
    'user-deleted',
    'user-signed-out',
    'user-suspended',
  ])
})

/** Everything that AWS would be asked for, but code and what SST tells functions of itself. */
function asked({ type, name, inputs, protect, retainOnDelete, ignoreChanges }: Resource): string {
  const { environment: _told, s3Key: _code, source: _zip, key: _object, ...rest } = inputs
  const options = { protect, retainOnDelete, ignoreChanges }
  return `${type} ${name}\n${JSON.stringify({ ...sorted(rest), ...options }, undefined, 1)}`
}

function sorted(members: Bag): Bag {
  return Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

test('production asks AWS for exactly this', async () => {
  const made = resources.filter(({ type }) => /^(aws|random):/.test(type))
  const text = made.map(asked).toSorted().join('\n\n')
  // SST ends physical names in eight letters drawn by chance.
  await expect(text.replace(/("name": ".*-)[a-z]{8}"/g, '$1…"')).toMatchFileSnapshot(
    './__snapshots__/production.txt',
  )
})
