import type { SQSClient } from '@aws-sdk/client-sqs'
import { type OryEmulator, PortInUseError, startOryEmulator } from '@lapse/ory-emulator'
import { createLedgerTable } from '../dynamodb/ledger-table.ts'
import { startDynamoDb } from '../dynamodb/server.ts'
import { PortTakenError } from '../errors.ts'
import { startFunctionUrl } from '../function-url/server.ts'
import type { FunctionRegistry } from '../lambda/registry.ts'
import type { LocalService } from '../loopback.ts'
import { type SecretsManagerOptions, startSecretsManager } from '../secrets-manager/server.ts'
import { createQueueWithDlq, type Queue } from '../sqs/queues.ts'
import { startSqs } from '../sqs/server.ts'
import { dynamoDbClient, sqsClient } from './clients.ts'
import type { Closing } from './closing.ts'
import { type IdentityProvider, serveKeys } from './identity-provider.ts'
import type { LocalOptions } from './options.ts'
import type { Ports } from './ports.ts'
import type { QueueFunction } from './queue-functions.ts'
import { RECEIPTS_LOG_BUCKET } from './receipts-log.ts'
import { createSecrets, type GivenSecrets } from './secrets.ts'

/** An OAuth2 server to work with; `emulator` is missing where it is somebody else's. */
export interface Ory {
  readonly adminUrl: string
  readonly publicUrl: string
  readonly emulator: OryEmulator | undefined
  /** Whether identities and API keys are played as well. */
  readonly hasAccounts: boolean
}

/** Starts the emulator, unless another server is named. */
export async function startOry(
  options: LocalOptions,
  ports: Ports,
  closing: Closing,
): Promise<Ory> {
  if (options.ory !== undefined) return { ...options.ory, emulator: undefined, hasAccounts: false }
  const { profile, accounts = profile === 'network' } = options.emulator ?? {}
  const emulator = await startOryEmulator({
    ...options.emulator,
    accounts,
    adminPort: ports.oryAdmin,
    publicPort: ports.oryPublic,
  }).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error
    throw new PortTakenError('the Ory emulator', error.port, { cause: error })
  })
  closing.add(() => emulator.stop())
  const { adminUrl, publicUrl } = emulator
  return { adminUrl, publicUrl, emulator, hasAccounts: accounts }
}

/** A queue, its DLQ, and the function they are for. */
export interface ServedQueue {
  readonly queue: Queue
  readonly dlq: Queue
  readonly definition: QueueFunction
}

/** SQS with its queues, and a client to read them with. */
export interface Queues {
  readonly endpoint: string
  readonly client: SQSClient
  readonly served: readonly ServedQueue[]
}

/** The queues that a function takes from: its events', and that of its incidents. */
function queueNames({ stem }: QueueFunction): readonly string[] {
  return [stem, `${stem}-incident`]
}

/** Starts SQS with the queues of all functions. */
export async function startQueues(
  port: number,
  functions: readonly QueueFunction[],
  closing: Closing,
): Promise<Queues> {
  const service = await startSqs({ port, buckets: [RECEIPTS_LOG_BUCKET] })
  closing.add(service.stop)
  const client = sqsClient(service.endpoint)
  closing.add(async () => client.destroy())
  const served = functions.flatMap((definition) =>
    queueNames(definition).map(async (name) => ({
      ...(await createQueueWithDlq(client, { name, ...definition })),
      definition,
    })),
  )
  return { endpoint: service.endpoint, client, served: await Promise.all(served) }
}

/** Starts DynamoDB with the ledger's table. */
export async function startLedger(
  port: number,
  table: string,
  closing: Closing,
): Promise<LocalService> {
  const service = await startDynamoDb({ port })
  closing.add(service.stop)
  const client = dynamoDbClient(service.endpoint)
  await createLedgerTable(client, table).finally(() => client.destroy())
  return service
}

/** Starts Secrets Manager with the secrets the functions read. */
export async function startSecrets(
  options: SecretsManagerOptions,
  given: GivenSecrets,
  closing: Closing,
): Promise<LocalService> {
  const service = await startSecretsManager(options)
  closing.add(service.stop)
  await createSecrets(service.endpoint, given)
  return service
}

/** Starts the URL of the function that takes webhooks, which need not run yet. */
export async function startWebhookUrl(
  port: number,
  registry: FunctionRegistry,
  closing: Closing,
): Promise<LocalService> {
  const service = await startFunctionUrl({
    name: 'webhooks',
    port,
    function: () => registry.find('webhook'),
  })
  closing.add(service.stop)
  return service
}

/** Starts what an identity provider shows of itself: its public keys. */
export async function startKeys(
  provider: IdentityProvider,
  closing: Closing,
): Promise<LocalService> {
  const service = await serveKeys(provider)
  closing.add(service.stop)
  return service
}
