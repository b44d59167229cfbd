import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { expect, onTestFinished, test } from 'vitest'
import { PortTakenError } from '../errors.ts'
import type { SettledBatch } from '../event-source-mapping/event-source-mapping.ts'
import { startSecretsManager } from '../secrets-manager/server.ts'
import { dynamoDbClient, secretsManagerClient, sqsClient } from './clients.ts'
import { DIRECT_FUNCTIONS } from './direct-functions.ts'
import type { LocalOptions } from './options.ts'
import { QUEUE_FUNCTIONS } from './queue-functions.ts'
import { startLocal } from './start-local.ts'

const fixture = (file: string) => new URL(`./fixtures/${file}`, import.meta.url).href

const functions = QUEUE_FUNCTIONS.map((definition) => ({
  ...definition,
  module: fixture('handler.ts'),
}))

const start = async (options: LocalOptions = {}) => {
  const local = await startLocal({ functions, ...options })
  const sqs = sqsClient(local.endpoints.sqs)
  onTestFinished(async () => {
    sqs.destroy()
    await local.stop()
  })
  const send = (MessageBody: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: local.environment['USER_DELETED_QUEUE_URL'],
        MessageBody,
      }),
    )
  return { local, sqs, send }
}

test('starts every part on loopback and reports each', async () => {
  const reported: string[] = []
  const { local } = await start({ onProgress: (part, state) => reported.push(`${part} ${state}`) })

  const parts = ['Ory', 'SQS', 'DynamoDB', 'Secrets Manager', 'webhooks', 'functions']
  expect(reported.toSorted()).toEqual(
    parts.flatMap((part) => [`${part} ready`, `${part} starting`]).toSorted(),
  )
  expect(reported.at(-1)).toBe('functions ready')
  for (const endpoint of Object.values(local.endpoints)) {
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  }
  const ready = await fetch(`${local.endpoints.oryAdmin}/health/ready`)
  expect(ready.status).toBe(200)
})

test('listens on no other address of this machine', async () => {
  const { local } = await start()
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
    .filter((address) => address !== '127.0.0.1')

  const answers = Object.values(local.endpoints).flatMap((endpoint) =>
    addresses.map((host) => accepts(host, Number(new URL(endpoint).port))),
  )

  expect((await Promise.all(answers)).filter(Boolean)).toEqual([])
})

const accepts = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    onTestFinished(() => void socket.destroy())
  })

test('tells the functions where everything is', async () => {
  const batches: SettledBatch[] = []
  const printed = Promise.withResolvers<string>()
  const { local, send } = await start({
    emulator: { ttl: { loginConsentRequest: '2m' } },
    variables: { FOLLOW_UP_MARGIN: '1s', ACCESS_TOKEN_LIFESPAN: '5m' },
    onBatch: (batch) => batches.push(batch),
    onLog: (name, line) => printed.resolve(`${name} ${line}`),
  })
  await send('hello')
  const [name, line] = (await printed.promise).split(/ (.*)/)

  const { endpoints, environment } = local
  const events = [
    'APP_OFFBOARDED',
    'KEY_ROTATED',
    'USER_DELETED',
    'USER_SIGNED_OUT',
    'USER_SUSPENDED',
  ]
  const queueUrls = [...events, ...events.map((name) => `${name}_INCIDENT`)].flatMap((name) => {
    const url = `${endpoints.sqs}/000000000000/${name.toLowerCase().replaceAll('_', '-')}`
    return [
      [`${name}_QUEUE_URL`, url],
      [`${name}_DLQ_URL`, `${url}-dlq`],
    ]
  })
  expect(environment).toEqual({
    ...Object.fromEntries(queueUrls),
    ACCESS_TOKEN_LIFESPAN: '5m',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_S3: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_REGION: 'us-east-1',
    AWS_SECRET_ACCESS_KEY: 'local',
    FOLLOW_UP_MARGIN: '1s',
    LEDGER_KEY_SECRET_ID: 'lapse/ledger-key',
    LEDGER_TABLE: 'lapse-ledger',
    LOGIN_CONSENT_TTL: '2m',
    ORY_ADMIN_URL: endpoints.oryAdmin,
    ORY_PUBLIC_URL: endpoints.oryPublic,
    RECEIPTS_LOG_BUCKET: 'lapse-receipts',
    RECEIPTS_LOG_KEY_SECRET_ID: 'lapse/receipts-log-key',
    RECEIPTS_LOG_ORIGIN: `lapse/local/${encodeURIComponent(new URL(endpoints.oryAdmin).host)}`,
    REVOCATION_ISSUERS: expect.stringContaining('"jwksUri":"http://127.0.0.1:'),
    REVOCATION_URL: `${endpoints.webhooks}/webhooks/global-token-revocation`,
    WEBHOOK_SECRETS: expect.any(String),
  })
  expect(name).toBe('user-deleted')
  expect(JSON.parse(line ?? '')).toMatchObject({
    ...environment,
    AWS_LAMBDA_FUNCTION_NAME: 'user-deleted',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  })
})

test('tells the functions of identities and API keys where its server plays them', async () => {
  const network = { profile: 'network', network: { apiKey: 'ory_pat_local' } } as const
  const urlsOf = async (emulator: NonNullable<LocalOptions['emulator']>) => {
    const { local } = await start({ functions: [], directFunctions: [], emulator })
    const { endpoints, environment } = local
    const played = await fetch(`${endpoints.oryAdmin}/admin/identities/nobody/sessions`, {
      headers: { authorization: 'Bearer ory_pat_local' },
    })
    const { ORY_API_KEYS_URL: apiKeys, ORY_IDENTITIES_URL: identities } = environment
    const isTold = apiKeys === endpoints.oryAdmin && identities === endpoints.oryAdmin
    return [isTold, played.headers.get('content-type')?.startsWith('application/json')]
  }

  expect(await urlsOf(network)).toEqual([true, true])
  expect(await urlsOf({ ...network, accounts: false })).toEqual([false, false])
  expect(await urlsOf({ accounts: true })).toEqual([true, true])
  expect(await urlsOf({})).toEqual([false, false])
})

test('holds a ledger key of 32 bytes, a ledger table, and the key of Ory Network if there is one', async () => {
  const { local } = await start({
    ledgerTable: 'another-ledger',
    emulator: { network: { apiKey: 'ory_pat_local' } },
  })
  const secretsManager = secretsManagerClient(local.endpoints.secretsManager)
  const dynamoDb = dynamoDbClient(local.endpoints.dynamoDb)
  onTestFinished(() => {
    secretsManager.destroy()
    dynamoDb.destroy()
  })
  const secret = async (id: string | undefined) =>
    (await secretsManager.send(new GetSecretValueCommand({ SecretId: id }))).SecretString

  const key = await secret(local.environment['LEDGER_KEY_SECRET_ID'])
  const table = await dynamoDb.send(new DescribeTableCommand({ TableName: 'another-ledger' }))

  expect(Buffer.from(key ?? '', 'base64')).toHaveLength(32)
  expect(local.environment['ORY_API_KEY_SECRET_ID']).toBe('lapse/ory-api-key')
  expect(await secret('lapse/ory-api-key')).toBe('ory_pat_local')
  expect(table.Table?.TableStatus).toBe('ACTIVE')
})

test('holds a secret of its own for every source of webhooks', async () => {
  const { local } = await start()
  const client = secretsManagerClient(local.endpoints.secretsManager)
  onTestFinished(() => client.destroy())
  const secretIds = JSON.parse(local.environment['WEBHOOK_SECRETS'] ?? '') as Record<string, string>
  const read = async ([source, SecretId]: readonly [string, string]) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }))
    return [source, SecretString ?? ''] as const
  }
  const secrets = await Promise.all(Object.entries(secretIds).map(read))

  const folder = new URL('../../../webhooks/src/sources/', import.meta.url)
  expect(secrets.map(([source]) => source).sort()).toEqual(readdirSync(folder).sort())
  expect(new Set(secrets.map(([, secret]) => secret)).size).toBe(secrets.length)
  for (const [source, secret] of secrets)
    expect(secret).toMatch(
      // The key that an identity provider signs with.
      source === 'global-token-revocation' ? /^MIG[\w+/]+=*$/ : /^whsec_[\w+/]{32}$/,
    )
})

test('gives the function that takes webhooks a URL', async () => {
  const module = new URL('../function-url/fixtures/url.ts', import.meta.url).href
  const directFunctions = DIRECT_FUNCTIONS.map((definition) => ({ ...definition, module }))
  const { local } = await start({ directFunctions })
  const answer = await fetch(`${local.endpoints.webhooks}/webhooks/clerk`)

  expect(await answer.json()).toMatchObject({ rawPath: '/webhooks/clerk' })
})

test('uses another OAuth2 server when told to', async () => {
  const ory = { adminUrl: 'http://127.0.0.1:1', publicUrl: 'http://127.0.0.1:2', apiKey: 'key' }
  const { local } = await start({ ory })

  expect(local.emulator).toBeUndefined()
  expect(local.environment).toMatchObject({
    ORY_ADMIN_URL: ory.adminUrl,
    ORY_PUBLIC_URL: ory.publicUrl,
    ORY_API_KEY_SECRET_ID: 'lapse/ory-api-key',
    ACCESS_TOKEN_LIFESPAN: '1h',
    LOGIN_CONSENT_TTL: '30m',
  })
})

test('gives a message that fails to the DLQ after as many receives as it is told', async () => {
  const settled = Promise.withResolvers<SettledBatch>()
  const { local, sqs, send } = await start({
    overrides: { visibilityTimeoutSeconds: 1, maxReceiveCount: 1 },
    onBatch: settled.resolve,
  })
  await send('poison')

  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: local.environment['USER_DELETED_DLQ_URL'],
      WaitTimeSeconds: 20,
    }),
  )

  expect(Messages?.map(({ Body }) => Body)).toEqual(['poison'])
  expect((await settled.promise).outcome).toBe('partial-failure')
})

test('says that a queue cannot be read', async () => {
  const failed = Promise.withResolvers<unknown>()
  const { local, sqs } = await start({ onError: failed.resolve })

  await sqs.send(new DeleteQueueCommand({ QueueUrl: local.environment['USER_DELETED_QUEUE_URL'] }))

  expect(await failed.promise).toMatchObject({ name: 'QueueDoesNotExist' })
})

test('hides a received message for six times as long as its function may take', async () => {
  const { local, sqs } = await start()
  const [served] = local.queues

  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: served?.queue.url, AttributeNames: ['All'] }),
  )

  const seconds = Number(Attributes?.['VisibilityTimeout'])
  expect(seconds).toBeGreaterThanOrEqual(6 * (served?.definition.timeoutSeconds ?? Infinity))
})

test.each([
  ['sqs', 'SQS'],
  ['dynamoDb', 'DynamoDB'],
  ['secretsManager', 'Secrets Manager'],
  ['webhooks', 'webhooks'],
  ['oryAdmin', 'the Ory emulator'],
  ['oryPublic', 'the Ory emulator'],
] as const)('says which part found its port taken when it is that of %s', async (part, service) => {
  const other = await startSecretsManager()
  onTestFinished(() => other.stop())

  const failure = await startLocal({ functions, ports: { [part]: other.port } }).catch(
    (error: unknown) => error,
  )

  expect(failure).toBeInstanceOf(PortTakenError)
  expect(failure).toMatchObject({ port: other.port, service })
})

test('takes the ports it is given, and frees them when it stops', async () => {
  // Below the ports that the system gives to others.
  const base = 20_000 + randomInt(10_000)
  const parts = ['sqs', 'dynamoDb', 'secretsManager', 'oryAdmin', 'oryPublic', 'webhooks'] as const
  const ports = Object.fromEntries(parts.map((part, index) => [part, base + index]))
  const first = await startLocal({ functions, ports })
  await first.stop()

  const { local } = await start({ ports })

  expect(local.endpoints).toEqual(first.endpoints)
  for (const part of parts) expect(local.endpoints[part]).toMatch(new RegExp(`:${ports[part]}$`))
})

const runHost = async (...args: string[]) => {
  const host = fork(fileURLToPath(fixture('host.ts')), args, { execArgv: [], silent: true })
  onTestFinished(() => void host.kill('SIGKILL'))
  if (host.stdout === null || host.stderr === null) throw new Error('the host prints nowhere')
  const [output, complaints, [status]] = await Promise.all([
    text(host.stdout),
    text(host.stderr),
    once(host, 'exit'),
  ])
  return { output, complaints, status }
}

test('leaves nothing open when it stops', async () => {
  expect(await runHost()).toEqual({ output: 'stopped\n', complaints: '', status: 0 })
})

test('leaves nothing open when it fails to start', async () => {
  const other = await startSecretsManager()
  onTestFinished(() => other.stop())

  const { output, ...end } = await runHost(String(other.port))

  expect(output).toContain(`Port ${other.port} is already in use, so Secrets Manager cannot start.`)
  expect(output).not.toContain('lingers')
  expect(end).toEqual({ complaints: '', status: 0 })
})
