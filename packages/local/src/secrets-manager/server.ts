import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { DEFAULT_REGION } from '../aws.ts'
import { type LocalService, serve } from '../loopback.ts'
import { ACTIONS } from './actions/index.ts'
import { SecretsManagerError } from './errors.ts'
import { parseInput } from './input.ts'
import { createStore, type Store } from './store.ts'

export interface SecretsManagerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly region?: string
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Starts a Secrets Manager in memory that speaks AWS JSON 1.1 on loopback.
 *
 * @throws PortTakenError when another program has the port.
 */
export function startSecretsManager(options: SecretsManagerOptions = {}): Promise<LocalService> {
  const store = createStore(options.region ?? DEFAULT_REGION, options.now ?? Date.now)
  const server = createServer((request, response) => {
    // A call that broke off has nobody to answer, and must not end the host.
    respond(store, request, response).catch(() => response.destroy())
  })
  return serve(server, { name: 'Secrets Manager', port: options.port ?? 0 })
}

async function respond(
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answer(store, request)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  })
  response.end(JSON.stringify(body))
}

async function answer(
  store: Store,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly body: object }> {
  try {
    const input = await text(request)
    return { status: 200, body: act(store, request, input) }
  } catch (error) {
    if (!(error instanceof SecretsManagerError)) throw error
    return { status: 400, body: { __type: error.type, Message: error.message } }
  }
}

function act(store: Store, request: IncomingMessage, body: string): object {
  if (request.headers.authorization === undefined) {
    throw new SecretsManagerError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    )
  }
  const target = request.headers['x-amz-target']
  const action = ACTIONS.get(String(target))
  if (action !== undefined) return action(store, parseInput(body))
  throw new SecretsManagerError('UnknownOperationException', `There is no ${target} here.`)
}
