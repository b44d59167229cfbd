import type { OryEmulator } from '@lapse/ory-emulator'
import type { Invocation } from '../lambda/function.ts'
import { createFunctionRegistry } from '../lambda/registry.ts'
import type { Variables } from '../lambda/variables.ts'
import { type Closing, createClosing, settled } from './closing.ts'
import { type Endpoints, environmentOf } from './environment.ts'
import { startFunctions } from './functions.ts'
import { createIdentityProvider, revocationVariables } from './identity-provider.ts'
import type { LocalOptions, Part } from './options.ts'
import {
  type ServedQueue,
  startKeys,
  startLedger,
  startOry,
  startQueues,
  startSecrets,
  startWebhookUrl,
} from './parts.ts'
import { FREE_PORTS } from './ports.ts'
import { QUEUE_FUNCTIONS, type QueueFunction } from './queue-functions.ts'

/** The whole of lapse on this machine, running. */
export interface Local {
  readonly endpoints: Endpoints
  /** What the functions are told; with it any AWS client meets the local system. */
  readonly environment: Variables
  /** Two for each function: its events', and that of its incidents. */
  readonly queues: readonly ServedQueue[]
  /** The ARN of a function, by its stem. @throws UnknownFunctionError */
  functionArn(stem: string): string
  /** Invokes a function once, as Lambda's own API does. @throws UnknownFunctionError */
  invoke(stem: string, event: unknown): Promise<Invocation>
  /**
   * Invokes a scheduled function now, or once it is not running any more.
   * @throws UnknownFunctionError when the function has no schedule
   */
  fireNow(stem: string): Promise<Invocation>
  /** Missing where another OAuth2 server is used. */
  readonly emulator: OryEmulator | undefined
  /** Lets running invocations end within three seconds, then closes everything. */
  stop(): Promise<void>
}

/**
 * Starts everything that lapse needs, on loopback and in memory: Ory's OAuth2 server, SQS, DynamoDB,
 * Secrets Manager, and the functions behind their queues, schedules and URL. If a part cannot start, none is left.
 *
 * @throws PortTakenError when another program has one of the ports.
 */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  const closing = createClosing()
  try {
    return await start(options, closing)
  } catch (error) {
    // Why it could not start matters more than what else would not stop.
    await closing.close().catch(() => undefined)
    throw error
  }
}

async function start(options: LocalOptions, closing: Closing): Promise<Local> {
  const ports = { ...FREE_PORTS, ...options.ports }
  const functions = functionsOf(options)
  const ledgerTable = options.ledgerTable ?? 'lapse-ledger'
  const apiKey = options.ory?.apiKey ?? options.emulator?.network?.apiKey
  const registry = createFunctionRegistry()
  const during = progress(options)
  const provider = createIdentityProvider()
  const [ory, sqs, dynamoDb, secretsManager, webhooks, keys] = await settled([
    during('Ory', () => startOry(options, ports, closing)),
    during('SQS', () => startQueues(ports.sqs, functions, closing)),
    during('DynamoDB', () => startLedger(ports.dynamoDb, ledgerTable, closing)),
    during('Secrets Manager', () =>
      startSecrets(
        {
          port: ports.secretsManager,
          functionAt: registry.find,
          onRotation: options.onRotation,
          trial: options.rotationTrial,
          onError: options.onError,
        },
        { apiKey, privateKey: provider.privateKey },
        closing,
      ),
    ),
    during('webhooks', () => startWebhookUrl(ports.webhooks, registry, closing)),
    startKeys(provider, closing),
  ])
  const endpoints: Endpoints = {
    oryPublic: ory.publicUrl,
    oryAdmin: ory.adminUrl,
    sqs: sqs.endpoint,
    dynamoDb: dynamoDb.endpoint,
    secretsManager: secretsManager.endpoint,
    webhooks: webhooks.endpoint,
  }
  const { served } = sqs
  const hasApiKey = apiKey !== undefined
  const environment = {
    ...environmentOf({
      endpoints,
      ledgerTable,
      served,
      hasApiKey,
      hasAccounts: ory.hasAccounts,
      ttl: options.emulator?.ttl,
    }),
    ...revocationVariables(keys.endpoint, webhooks.endpoint),
    ...options.variables,
  }
  const running = await during('functions', async () =>
    startFunctions({ served, sqs: sqs.client, environment, registry, options }, closing),
  )
  const { emulator } = ory
  return { endpoints, environment, queues: served, emulator, ...running, stop: closing.close }
}

function functionsOf({ functions = QUEUE_FUNCTIONS, overrides }: LocalOptions): QueueFunction[] {
  return functions.map((definition) => ({ ...definition, ...overrides }))
}

/** Reports a part's start and its end, which is only reported if it went well. */
function progress({ onProgress }: LocalOptions) {
  return async <T>(part: Part, work: () => Promise<T>): Promise<T> => {
    onProgress?.(part, 'starting')
    const result = await work()
    onProgress?.(part, 'ready')
    return result
  }
}
