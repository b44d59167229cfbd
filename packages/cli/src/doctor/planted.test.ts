import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { secretVersions } from '@lapse/aws/secret-versions'
import { systemClock } from '@lapse/core/ports'
import { headKey } from '@lapse/core/receipts-log'
import { type Local, startLocal } from '@lapse/local'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { secretsManagerAt } from '../demo/secrets-manager.ts'
import { placeOf } from '../place.ts'
import { siteAt } from '../site/site.ts'
import { stems } from '../stems.ts'
import type { Told } from './check.ts'
import { checks } from './checks.ts'
import { doctorDocument } from './document.ts'
import { type Examined, examine } from './examine.ts'

type Variables = Readonly<Record<string, string>>

const apiKey = 'ory_pat_doctor'
const state: { hydra?: Local; network?: Local; servers: Server[] } = { servers: [] }
const local = (which: 'hydra' | 'network' = 'hydra') => state[which] as Local

beforeAll(async () => {
  // A version that a function is tried with would be there for a moment.
  const start = { functions: [], schedules: [], rotationTrial: 'nothing' } as const
  const limits = { 'admin-high': { perSecond: 8, perMinute: 175 } }
  const emulator = { profile: 'network', accounts: true, network: { apiKey, limits } } as const
  state.hydra = await startLocal(start)
  state.network = await startLocal({ ...start, emulator })
})
afterAll(async () => {
  for (const server of state.servers) server.close()
  await Promise.all([state.hydra?.stop(), state.network?.stop()])
})

const aws = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

async function newQueue(environment: Variables, Attributes: Variables) {
  const sqs = new SQSClient({ ...aws(), endpoint: environment['AWS_ENDPOINT_URL_SQS'] as string })
  try {
    const command = new CreateQueueCommand({ QueueName: randomUUID(), Attributes })
    const QueueUrl = String((await sqs.send(command)).QueueUrl)
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
    return { url: QueueUrl, arn: String((await sqs.send(asked)).Attributes?.['QueueArn']) }
  } finally {
    sqs.destroy()
  }
}

const fortnight = { MessageRetentionPeriod: String(14 * 86_400) }
const redrive = (deadLetterTargetArn: string, maxReceiveCount = 5) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
})

/** A pair as the stack makes it, but for what is planted. */
async function newPair(environment: Variables, queue: Variables = {}, dlq: Variables = {}) {
  const dead = await newQueue(environment, { ...fortnight, ...dlq })
  const live = await newQueue(environment, {
    ...fortnight,
    VisibilityTimeout: '360',
    ...redrive(dead.arn),
    ...queue,
  })
  return { live, dead }
}

const healthyPairs = new Map<string, Promise<Variables>>()

/** Every pair of queues, as the functions are told of them. */
function pairsOf(environment: Variables): Promise<Variables> {
  const endpoint = String(environment['AWS_ENDPOINT_URL_SQS'])
  const made = healthyPairs.get(endpoint) ?? makePairs(environment)
  healthyPairs.set(endpoint, made)
  return made
}

async function makePairs(environment: Variables): Promise<Variables> {
  const names = stems.flatMap((stem) => [stem, `${stem}-incident`])
  const variables = names.map(async (name) => {
    const variable = name.toUpperCase().replaceAll('-', '_')
    const { live, dead } = await newPair(environment)
    return [
      [`${variable}_QUEUE_URL`, live.url],
      [`${variable}_DLQ_URL`, dead.url],
    ] as const
  })
  return Object.fromEntries((await Promise.all(variables)).flat())
}

async function newSecret(at: Local, SecretString: string): Promise<string> {
  const Name = `planted/${randomUUID()}`
  await secretsManagerAt(at.endpoints.secretsManager)('CreateSecret', { Name, SecretString })
  return Name
}

/** A server in front of another one, which changes what is asked or answered. */
async function newProxy(
  targetOf: (path: string) => string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const accept = String(request.headers.accept)
    const answer = await fetch(`${targetOf(path)}${path}`, { headers: { accept } })
    const type = answer.headers.get('content-type') ?? ''
    response.writeHead(answer.status, { 'content-type': type, ...headers })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  return listening(server)
}

async function newFailing(): Promise<string> {
  return listening(createServer((_request, response) => response.writeHead(503).end()))
}

/** What Ory's console answers about event streams to whoever has the workspace's key. */
async function newConsole(streams: object): Promise<string> {
  const server = createServer((request, response) => {
    const isAllowed =
      request.headers.authorization === 'Bearer ory_wak_x' &&
      request.url === '/projects/p/eventstreams'
    response.writeHead(isAllowed ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAllowed ? streams : {}))
  })
  return listening(server)
}

async function listening(server: Server): Promise<string> {
  state.servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function examineWith(at: Local, change: Variables = {}, told: Told = {}) {
  const environment = { ...at.environment, ...(await pairsOf(at.environment)), ...change }
  const site = siteAt({ ...placeOf({ environment }), by: 'lapse dev' })
  return examine(checks, site, told)
}

const wrongOf = (examined: readonly Examined[]) =>
  examined.filter(({ outcome }) => outcome === 'wrong').map(({ name }) => name)

test.each(['hydra', 'network'] as const)(
  'finds nothing wrong with a %s that is well',
  async (which) => {
    const change: Variables = which === 'network' ? { ORY_RATE_LIMITS: 'production' } : {}
    // It has the patience of a person, which a machine with others to serve may outlast.
    const { timeout } = AbortSignal
    const patient = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(20 * ms))

    const examined = await examineWith(local(which), change)
    patient.mockRestore()

    expect(wrongOf(examined)).toEqual([])
    const well = examined.filter(({ outcome }) => outcome === 'well').map(({ name }) => name)
    expect(well).toEqual(expect.arrayContaining(['ory-urls', 'ory-key', 'queues', 'dlqs', 'table']))
  },
)

test('calls a lapse dev that has sealed nothing yet no sealer that has stopped', async () => {
  const examined = await examineWith(local('hydra'), { RECEIPTS_LOG_ORIGIN: 'lapse/test/new' })

  const checkpoint = examined.find(({ name }) => name === 'checkpoint')
  expect(checkpoint).toMatchObject({
    outcome: 'cannot-tell',
    why: 'none was signed yet: lapse dev signs one every minute',
  })
})

interface Planting {
  /** The checks that find it, and no others. */
  readonly found: readonly string[]
  readonly says: RegExp
  readonly at?: 'network'
  readonly plant: (at: Local) => Promise<Variables> | Variables
  readonly told?: Told
}

const withPair =
  (queue: Variables, dlq: Variables = {}) =>
  async (at: Local) => {
    const { live, dead } = await newPair(at.environment, queue, dlq)
    return { KEY_ROTATED_QUEUE_URL: live.url, KEY_ROTATED_DLQ_URL: dead.url }
  }

async function newClient(at: Local, id: string, client: object): Promise<void> {
  await fetch(`${at.endpoints.oryAdmin}/admin/clients`, {
    method: 'POST',
    body: JSON.stringify({ client_id: id, grant_types: ['client_credentials'], ...client }),
  })
}

async function rotatedSecret(at: Local, value: object): Promise<string> {
  const id = `client-${randomUUID()}`
  await newClient(at, id, { client_secret: 'the-one-that-works' })
  return newSecret(at, JSON.stringify({ client_id: id, ...value }))
}

async function enableRotation(at: Local, SecretId: string): Promise<void> {
  await secretsManagerAt(at.endpoints.secretsManager)('RotateSecret', {
    SecretId,
    RotationLambdaARN: at.functionArn('rotate-client-secret'),
    RotateImmediately: false,
    RotationRules: { AutomaticallyAfterDays: 30 },
  })
}

async function newTable(
  { environment }: Local,
  keys: readonly string[],
  billing: Partial<CreateTableCommandInput>,
) {
  const endpoint = environment['AWS_ENDPOINT_URL_DYNAMODB'] as string
  const client = new DynamoDBClient({ ...aws(), endpoint })
  const TableName = `ledger-${randomUUID()}`
  await client.send(
    new CreateTableCommand({
      ...billing,
      TableName,
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      })),
    }),
  )
  client.destroy()
  return { table: TableName, config: { ...aws(), endpoint } }
}

const newLedger = (at: Local) => newTable(at, ['pk', 'sk'], { BillingMode: 'PAY_PER_REQUEST' })

const entry = (secretId: string) => ({
  ROTATED_SECRETS: JSON.stringify([{ secretId, overlap: 'PT1H' }]),
})

const plantings: Readonly<Record<string, Planting>> = {
  'URLs the wrong way round': {
    found: ['ory-urls'],
    says: /exchange them/,
    plant: ({ endpoints: { oryAdmin, oryPublic } }) => ({
      ORY_ADMIN_URL: oryPublic,
      ORY_PUBLIC_URL: oryAdmin,
    }),
  },
  'a path too many': {
    found: ['ory-urls'],
    says: /take \/admin from its end/,
    plant: ({ endpoints: { oryAdmin } }) => ({ ORY_ADMIN_URL: `${oryAdmin}/admin` }),
  },
  'an Ory that is down': {
    found: ['ory-urls'],
    says: /see how Ory is/,
    plant: async () => {
      const failing = await newFailing()
      return { ORY_ADMIN_URL: failing, ORY_PUBLIC_URL: failing }
    },
  },
  'no admin URL': {
    found: ['ory-urls'],
    says: /ORY_ADMIN_URL is not set/,
    plant: () => ({ ORY_ADMIN_URL: '' }),
  },
  'an admin side that the public URL serves': {
    found: ['admin-exposed'],
    says: /anybody can end sessions/,
    plant: async ({ endpoints: { oryAdmin, oryPublic } }) => {
      const proxy = await newProxy((path) => (path.startsWith('/admin') ? oryAdmin : oryPublic))
      return { ORY_PUBLIC_URL: proxy, ORY_TOKEN_ENDPOINT: `${oryPublic}/oauth2/token` }
    },
  },
  'a key that Ory does not accept': {
    at: 'network',
    found: ['ory-key'],
    says: /does not accept the key/,
    plant: async (at) => ({
      ORY_API_KEY_SECRET_ID: await newSecret(at, 'ory_pat_of_yesterday'),
      ORY_RATE_LIMITS: 'production',
    }),
  },
  'no key where one is asked for': {
    at: 'network',
    found: ['ory-key'],
    says: /none is configured/,
    plant: () => ({ ORY_API_KEY_SECRET_ID: '', ORY_RATE_LIMITS: 'production' }),
  },
  'identities that are looked for at the public side': {
    found: ['ory-accounts'],
    says: /ORY_IDENTITIES_URL does not lead to Ory's identity provider \(404\).*outlive/,
    plant: ({ endpoints: { oryPublic } }) => ({ ORY_IDENTITIES_URL: oryPublic }),
  },
  'API keys of a Hydra, which has none': {
    found: ['ory-accounts'],
    says: /ORY_API_KEYS_URL does not lead to Ory's API keys \(404\)/,
    plant: ({ endpoints: { oryAdmin } }) => ({ ORY_API_KEYS_URL: oryAdmin }),
  },
  'API keys where our key does not go': {
    at: 'network',
    found: ['ory-accounts'],
    says: /API keys: we are not let in \(401\).*set ORY_API_KEYS_URL to the same/,
    plant: ({ endpoints: { oryAdmin } }) => ({
      ORY_RATE_LIMITS: 'production',
      ORY_API_KEYS_URL: oryAdmin.replace('127.0.0.1', 'localhost'),
    }),
  },
  'an identity provider that is down': {
    found: ['ory-accounts'],
    says: /identity provider: what answers at ORY_IDENTITIES_URL fails/,
    plant: async () => ({ ORY_IDENTITIES_URL: await newFailing() }),
  },
  'a plan that is too large': {
    at: 'network',
    found: ['rate-limits'],
    says: /set ORY_RATE_LIMITS to production/,
    plant: () => ({ ORY_RATE_LIMITS: 'growth' }),
  },
  'no plan where there are limits': {
    at: 'network',
    found: ['rate-limits'],
    says: /is not set: workers run into 429/,
    plant: () => ({}),
  },
  'a setting that cannot be read': {
    found: ['settings'],
    says: /LOGIN_CONSENT_TTL is not a duration/,
    plant: () => ({ LOGIN_CONSENT_TTL: 'half an hour' }),
  },
  'a choice that is none': {
    found: ['settings'],
    says: /SUSPENSION_ENDS_API_KEYS is not one of yes, no/,
    plant: () => ({ SUSPENSION_ENDS_API_KEYS: 'always' }),
  },
  'a choice of the door that is none': {
    found: ['settings'],
    says: /DEACTIVATED_USERS_ARE is not one of suspended, deleted/,
    plant: () => ({ DEACTIVATED_USERS_ARE: 'away' }),
  },
  'tokens that live longer than receipts say': {
    found: ['lifespans'],
    says: /set ACCESS_TOKEN_LIFESPAN to 2h/,
    plant: () => ({}),
    told: { oryConfig: { ttl: { access_token: '2h' } } },
  },
  'logins that take longer than the follow-up waits': {
    found: ['login-consent-ttl'],
    says: /outlive the follow-up pass/,
    plant: () => ({ LOGIN_CONSENT_TTL: '10m' }),
    told: { oryConfig: { ttl: {} } },
  },
  'a DLQ with a redrive policy of its own': {
    found: ['dlqs'],
    says: /has a redrive policy of its own/,
    plant: async (at) => {
      const { arn } = await newQueue(at.environment, fortnight)
      return withPair({}, redrive(arn))(at)
    },
  },
  'a DLQ that forgets': {
    found: ['dlqs'],
    says: /the DLQ of key-rotated keeps messages for 4 days/,
    plant: withPair({}, { MessageRetentionPeriod: String(4 * 86_400) }),
  },
  'a queue without a DLQ': {
    found: ['queues'],
    says: /key-rotated has no DLQ/,
    plant: withPair({ RedrivePolicy: '' }),
  },
  'a queue whose DLQ is another': {
    found: ['queues'],
    says: /another queue than the DLQ that the functions know/,
    plant: async (at) => {
      const { arn } = await newQueue(at.environment, fortnight)
      return withPair(redrive(arn))(at)
    },
  },
  'a queue that shows a message again too early': {
    found: ['queues'],
    says: /hides a message for 30 s/,
    plant: withPair({ VisibilityTimeout: '30' }),
  },
  'a queue that gives up at once': {
    found: ['queues'],
    says: /after 1 receives/,
    plant: async (at) => {
      const { url, arn } = await newQueue(at.environment, fortnight)
      const { live } = await newPair(at.environment, redrive(arn, 1))
      return { KEY_ROTATED_QUEUE_URL: live.url, KEY_ROTATED_DLQ_URL: url }
    },
  },
  'no queue': {
    found: ['queues'],
    says: /key-rotated: there is no queue http/,
    plant: ({ environment }) => ({
      KEY_ROTATED_QUEUE_URL: `${environment['AWS_ENDPOINT_URL_SQS']}/000000000000/nobodys`,
    }),
  },
  'no DLQ': {
    found: ['dlqs'],
    says: /key-rotated: there is no DLQ http/,
    plant: ({ environment }) => ({
      KEY_ROTATED_DLQ_URL: `${environment['AWS_ENDPOINT_URL_SQS']}/000000000000/nobodys`,
    }),
  },
  'a table of another shape': {
    found: ['table'],
    says: /its keys are id HASH/,
    plant: async (at) => {
      const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
      return { LEDGER_TABLE: (await newTable(at, ['id'], { ProvisionedThroughput })).table }
    },
  },
  'no table': {
    found: ['table'],
    says: /there is no table ledger-of-nobody/,
    plant: () => ({ LEDGER_TABLE: 'ledger-of-nobody' }),
  },
  'a ledger key that is none': {
    found: ['ledger-key'],
    says: /holds 3 bytes of base64/,
    plant: async (at) => ({ LEDGER_KEY_SECRET_ID: await newSecret(at, 'a2V5') }),
  },
  'a ledger key that waits for its deletion': {
    found: ['ledger-key'],
    says: /waits for its deletion/,
    plant: async (at) => {
      const SecretId = await newSecret(at, 'a'.repeat(44))
      await secretVersions(placeOf(at).secretsManager).delete(SecretId, 7)
      return { LEDGER_KEY_SECRET_ID: SecretId }
    },
  },
  'a webhook whose secret is not there': {
    found: ['secrets'],
    says: /lapse\/webhooks\/gone \(webhooks of clerk\) does not exist/,
    plant: () => ({ WEBHOOK_SECRETS: '{"clerk":"lapse/webhooks/gone"}' }),
  },
  'a rotation that is not enabled': {
    found: ['rotations'],
    says: /rotation is not enabled/,
    plant: async (at) => entry(await rotatedSecret(at, { client_secret: 'the-one-that-works' })),
  },
  'a credential that somebody wrote over': {
    found: ['rotations'],
    says: /--repair/,
    plant: async (at) => {
      const secretId = await rotatedSecret(at, { client_secret: 'written-over' })
      await enableRotation(at, secretId)
      return entry(secretId)
    },
  },
  'assertions for another token endpoint': {
    found: ['token-endpoint'],
    says: /set ORY_TOKEN_ENDPOINT to/,
    plant: async (at) => {
      const secretId = await rotatedSecret(at, { client_secret: 'the-one-that-works' })
      await enableRotation(at, secretId)
      return { ...entry(secretId), ORY_TOKEN_ENDPOINT: 'https://auth.example/oauth2/token' }
    },
  },
  'subjects that Ory knows by another name': {
    found: ['listed-nothing'],
    says: /of 25 of the last 25 users Ory listed nothing/,
    plant: async (at) => {
      const { table, config } = await newLedger(at)
      const ledger = dynamoDbLedger(table, systemClock, config)
      const pending = dynamoDbPendingReceipts(table, systemClock, config)
      const before = { consent_sessions: 0, login_sessions: 0, clients: 0 }
      for (let user = 0; user < 25; user += 1) {
        const now = Date.now()
        const row = { workflow: 'user-deleted', event: `event-${user}`, pass: 'first' }
        const closed_at = new Date(now).toISOString()
        await pending.mark({ row, at: now, about: [] })
        await ledger.write(row, { receipt: { closed_at, before } }, 0, undefined)
      }
      return { LEDGER_TABLE: table }
    },
  },
  'a sealer that has stopped': {
    found: ['checkpoint'],
    says: /the last one was signed over 7 receipts, 2 h ago/,
    plant: async (at) => {
      const { table, config } = await newLedger(at)
      const ledger = dynamoDbLedger(table, systemClock, config)
      const time = Date.now() - 2 * 3_600_000
      await ledger.write(headKey('lapse/test/ory'), { size: 7, time }, 0, undefined)
      return { LEDGER_TABLE: table, RECEIPTS_LOG_ORIGIN: 'lapse/test/ory' }
    },
  },
  'an event stream for everything but deletions': {
    found: ['event-stream'],
    says: /no event stream has IdentityDeleted among its types \(OAuth2\*\)/,
    plant: async () => ({
      ORY_PROJECT_ID: 'p',
      ORY_WORKSPACE_API_KEY: 'ory_wak_x',
      ORY_CONSOLE_URL: await newConsole({ event_streams: [{ id: 's', event_types: ['OAuth2*'] }] }),
    }),
  },
  'a clock that is wrong': {
    found: ['clocks'],
    says: /ahead of that of/,
    plant: async ({ endpoints: { oryAdmin } }) => {
      const date = new Date(Date.now() + 3_600_000).toUTCString()
      return { ORY_ADMIN_URL: await newProxy(() => oryAdmin, { date }) }
    },
  },
}

test.each(Object.entries(plantings))(
  'tells %s from everything else',
  async (_name, { found, says, at, plant, told }) => {
    const place = local(at)

    const examined = await examineWith(place, await plant(place), told)

    expect(wrongOf(examined)).toEqual(found)
    expect(JSON.stringify(doctorDocument(examined))).toMatch(says)
  },
)

test('spends nothing of what revocations need, and writes nothing to Ory', async () => {
  const at = local('network')
  const { emulator } = at
  emulator?.clearRequests()

  await examineWith(at, { ORY_RATE_LIMITS: 'production' })

  const asked = emulator?.requests ?? []
  expect(asked.length).toBeGreaterThan(0)
  expect([...new Set(asked.map(({ method }) => method))]).toEqual(['GET'])
})

test('says of everything why it cannot be told where nothing answers', async () => {
  const gone = 'http://127.0.0.1:9'
  const environment = {
    ...local().environment,
    ORY_ADMIN_URL: gone,
    ORY_PUBLIC_URL: gone,
    AWS_ENDPOINT_URL_DYNAMODB: gone,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: gone,
    AWS_ENDPOINT_URL_SQS: gone,
    USER_DELETED_QUEUE_URL: `${gone}/000000000000/user-deleted`,
  }
  const site = siteAt({ ...placeOf({ environment }), by: 'lapse dev' })

  const examined = await examine(checks, site)

  expect(wrongOf(examined)).toEqual([])
  const told = examined.filter(({ outcome }) => outcome === 'cannot-tell')
  expect(told.length).toBeGreaterThan(10)
  expect(JSON.stringify(examined)).not.toContain('a bug in lapse')
})
