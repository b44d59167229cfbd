import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { protection } from '@lapse/aws/settings/protection'
import { afterAll, expect, test } from 'vitest'
import { writeDevFile } from '../dev-file.ts'
import { exampleFunction, exampleStage, stageReaderOf } from '../testing/example-stage.ts'
import { startStandIn } from '../testing/lapse-dev-stand-in.ts'
import { findPlace } from './find-place.ts'

const standIn = await startStandIn()
afterAll(standIn.stop)

const nowhere = () => mkdtemp(join(tmpdir(), 'lapse-place-'))
const never = () => false

/** The place of the stage `production`, in a folder where a `lapse dev` runs as well. */
async function atProduction(
  environment: Readonly<Record<string, string>> = {},
  reader = stageReaderOf(),
  asksOry = true,
) {
  const which = { stage: 'production', asksOry, isNamed: () => true }
  const place = await findPlace(which, environment, await nowhere(), reader)
  if (place === undefined) throw new Error('there is none')
  return place
}

test('is the stage that is named, whatever the environment names and whatever runs here', async () => {
  const { by, stage, variables, dlqs, rotationFunction } = await atProduction()

  expect({ by, stage }).toEqual({ by: 'stage', stage: 'production' })
  expect(variables).toMatchObject({
    USER_DELETED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/UserDeletedQueue-a',
    USER_DELETED_INCIDENT_DLQ_URL:
      'https://sqs.eu-west-1.amazonaws.com/123456789012/UserDeletedIncidentDlqQueue-a',
    LEDGER_TABLE: 'LedgerTable-a',
    LEDGER_KEY_SECRET_ID: 'lapse/production/ledger-key',
    LOGIN_CONSENT_TTL: '30m',
    ORY_ADMIN_URL: 'https://p.projects.oryapis.com',
    ORY_API_KEY_SECRET_ID: 'lapse/production/ory-api-key',
  })
  expect(JSON.parse(String(variables['ROTATED_SECRETS']))).toEqual([
    { secretId: 'lapse/production/clients/Mail', overlap: 'PT1H' },
    { secretId: 'lapse/production/clients/Calendar', overlap: '10m', allowHardCut: true },
  ])
  expect(dlqs).toEqual({
    'user-events': 'https://sqs.eu-west-1.amazonaws.com/123456789012/UserEventsDlqQueue-a',
  })
  expect(rotationFunction).toBe(
    'arn:aws:lambda:eu-west-1:123456789012:function:lapse-production-rotate-client-secret',
  )
})

test('goes by the environment before a stage, variable by variable, but for what is empty', async () => {
  const { variables } = await atProduction({ LEDGER_TABLE: 'other', LOGIN_CONSENT_TTL: '' })

  expect(variables).toMatchObject({ LEDGER_TABLE: 'other', LOGIN_CONSENT_TTL: '30m' })
})

test('protects what the stage protects and what is protected here', async () => {
  const { variables } = await atProduction({ PROTECTED_CLIENT_IDS: 'mail' })

  expect(protection(variables).protectedClientIds).toEqual(['console', 'mail'])
})

test('has the queues of a stage where the environment has SQS, in the account of the stage', async () => {
  const { variables } = await atProduction({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/' })

  expect(variables['USER_DELETED_QUEUE_URL']).toBe(
    'http://127.0.0.1:4566/123456789012/UserDeletedQueue-a',
  )
})

test('does not say where Ory is to a command that does not ask it', async () => {
  const { variables } = await atProduction({}, stageReaderOf(exampleStage, {}), false)

  expect(Object.keys(variables).filter((name) => name.startsWith('ORY_'))).toEqual([])
})

test.each([
  [
    'another account',
    { ...exampleStage, account: '210987654321' },
    /is about account 210987654321/,
  ],
  [
    'another region',
    { ...exampleStage, region: 'us-east-1' },
    /is about .* us-east-1, but was found/,
  ],
  [
    'the table of another account',
    { ...exampleStage, table: 'arn:aws:dynamodb:eu-west-1:210987654321:table/theirs' },
    /does not say where things are .*\(table\)/,
  ],
  [
    'the queue of another account',
    { ...exampleStage, queues: { 'user-deleted': ['https://sqs.example/2/q', 'dlq'] } },
    /\(queues\)/,
  ],
  [
    'the key in a secret of another account',
    {
      ...exampleStage,
      secrets: { ledgerKey: 'a', apiKey: 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:a' },
    },
    /\(secrets\)/,
  ],
  [
    'another Ory',
    { ...exampleStage, urls: { ...exampleStage.urls, admin: 'https://evil.example' } },
    /names another ORY_ADMIN_URL than lapse-production-user-deleted is configured with/,
  ],
  [
    'another public side of Ory, to which clients authenticate',
    { ...exampleStage, urls: { ...exampleStage.urls, public: 'https://evil.example' } },
    /names another ORY_PUBLIC_URL/,
  ],
  ['something that is not a URL', { ...exampleStage, urls: { admin: 'file:///etc' } }, /\(urls\)/],
  ['nothing', 'none', /\(not JSON\)/],
])('does not believe a parameter that names %s', async (_what, document, problem) => {
  await expect(atProduction({}, stageReaderOf(document))).rejects.toThrow(problem)
})

test('gives the key of a stage to no Ory but its own, whatever the environment says', async () => {
  const ORY_ADMIN_URL = 'https://evil.example'
  const own = await atProduction({ ORY_ADMIN_URL, ORY_API_KEY: 'own' })

  await expect(atProduction({ ORY_ADMIN_URL })).rejects.toThrow('ORY_ADMIN_URL is not the Ory')
  expect(own.variables).toMatchObject({ ORY_ADMIN_URL, ORY_API_KEY: 'own' })
  expect(own.variables['ORY_API_KEY_SECRET_ID']).toBeUndefined()
})

test('goes through a tunnel of one’s own to the Ory of a stage that has no key', async () => {
  const { apiKey: _apiKey, ...secrets } = exampleStage.secrets
  const ORY_ADMIN_URL = 'http://127.0.0.1:4445'
  const { variables } = await atProduction(
    { ORY_ADMIN_URL },
    stageReaderOf({ ...exampleStage, secrets }),
  )

  expect(variables['ORY_ADMIN_URL']).toBe(ORY_ADMIN_URL)
  expect(variables['ORY_API_KEY_SECRET_ID']).toBeUndefined()
})

test('looks for what a user has besides OAuth2 where the function of a stage does, and nowhere else', async () => {
  const ORY_API_KEYS_URL = 'https://p.projects.oryapis.com'
  const reader = stageReaderOf(exampleStage, { ...exampleFunction, ORY_API_KEYS_URL })
  const { variables } = await atProduction({}, reader)
  const elsewhere = { ORY_ADMIN_URL: 'https://other.example', ORY_API_KEY: 'own' }
  const { variables: others } = await atProduction(elsewhere, reader)

  expect(variables).toMatchObject({ ORY_API_KEYS_URL })
  expect(variables['ORY_IDENTITIES_URL']).toBeUndefined()
  expect(others['ORY_API_KEYS_URL']).toBeUndefined()
})

test('is the same Ory however its URL is written', async () => {
  const functionVariables = { ...exampleFunction, ORY_ADMIN_URL: 'https://P.projects.oryapis.com/' }
  const { variables } = await atProduction({}, stageReaderOf(exampleStage, functionVariables))

  expect(variables['ORY_ADMIN_URL']).toBe(exampleStage.urls.admin)
})

test('says where a stage was looked for that is not there, though its function is missed first', async () => {
  const noFunction = () => Promise.reject(new Error('ResourceNotFoundException'))
  const reader = { ...stageReaderOf(), variables: noFunction }

  for (const asksOry of [false, true]) {
    const which = { stage: 'nope', isNamed: never, asksOry }
    await expect(findPlace(which, {}, await nowhere(), reader)).rejects.toThrow(
      'there is no stage nope in account 123456789012 and eu-west-1 (no parameter /lapse/nope/place)',
    )
  }
  await expect(atProduction({}, reader)).rejects.toThrow('ResourceNotFoundException')
})

test.each(['', '../other', 'a/b', '-x', 'x'.repeat(64)])('knows no stage %j', async (stage) => {
  await expect(
    findPlace({ stage, isNamed: never }, {}, await nowhere(), stageReaderOf()),
  ).rejects.toThrow('--stage takes the name of a stage')
})

test('is the lapse dev that runs in a folder above, where nothing is named', async () => {
  const directory = await nowhere()
  await writeDevFile(directory, {
    pid: standIn.pid,
    started_at: '',
    endpoints: {},
    queues: [],
    webhooks: {},
    functions: { 'rotate-client-secret': 'arn:rotate' },
    environment: { LEDGER_TABLE: 'local', AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
  })
  const below = join(directory, 'a', 'b')
  await mkdir(below, { recursive: true })

  expect(await findPlace({ isNamed: never }, {}, below)).toMatchObject({
    by: 'lapse dev',
    variables: { LEDGER_TABLE: 'local' },
    sqs: { endpoint: 'http://127.0.0.1:1' },
    rotationFunction: 'arn:rotate',
  })
})

test('is what the environment names, or nowhere', async () => {
  const environment = { LEDGER_TABLE: 'named' }

  expect(await findPlace({ isNamed: () => true }, environment, await nowhere())).toMatchObject({
    by: 'environment',
    variables: environment,
  })
  expect(await findPlace({ isNamed: never }, {}, await nowhere())).toBeUndefined()
})
