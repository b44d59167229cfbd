import type { OryEmulator } from '@lapse/ory-emulator'
import type { Variables } from '../lambda/variables.ts'
import { type Closing, createClosing, settled } from './closing.ts'
import { type Endpoints, environmentOf } from './environment.ts'
import { startFunctions } from './functions.ts'
import type { LocalOptions, Part } from './options.ts'
import { type ServedQueue, startLedger, startOry, startQueues, startSecrets } from './parts.ts'
import { FREE_PORTS } from './ports.ts'
import { QUEUE_FUNCTIONS, type QueueFunction } from './queue-functions.ts'

/** The whole of lapse on this machine, running. */
export interface Local {
  readonly endpoints: Endpoints
  /** What the functions are told; with it any AWS client meets the local system. */
  readonly environment: Variables
  /** One for each function. */
  readonly queues: readonly ServedQueue[]
  /** Missing where another OAuth2 server is used. */
  readonly emulator: OryEmulator | undefined
  /** Lets running invocations end within three seconds, then closes everything. */
  stop(): Promise<void>
}

/**
 * Starts everything that lapse needs, on loopback and in memory: Ory's OAuth2 server, SQS, DynamoDB,
 * Secrets Manager, and the functions behind their queues. If a part cannot start, none is left.
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
  const during = progress(options)
  const [ory, sqs, dynamoDb, secretsManager] = await settled([
    during('Ory', () => startOry(options, ports, closing)),
    during('SQS', () => startQueues(ports.sqs, functions, closing)),
    during('DynamoDB', () => startLedger(ports.dynamoDb, ledgerTable, closing)),
    during('Secrets Manager', () => startSecrets(ports.secretsManager, apiKey, closing)),
  ])
  const endpoints: Endpoints = {
    oryPublic: ory.publicUrl,
    oryAdmin: ory.adminUrl,
    sqs: sqs.endpoint,
    dynamoDb: dynamoDb.endpoint,
    secretsManager: secretsManager.endpoint,
  }
  const { served } = sqs
  const hasApiKey = apiKey !== undefined
  const environment = {
    ...environmentOf({ endpoints, ledgerTable, served, hasApiKey, ttl: options.emulator?.ttl }),
    ...options.variables,
  }
  await during('functions', async () => startFunctions({ sqs, environment, options }, closing))
  return { endpoints, environment, queues: served, emulator: ory.emulator, stop: closing.close }
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
