import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { DEFAULT_REGION } from '../aws.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type LocalService, serve } from '../loopback.ts'
import type { Action, Rotating } from './actions/action.ts'
import { ACTIONS } from './actions/index.ts'
import { SecretsManagerError } from './errors.ts'
import { type Input, parseInput } from './input.ts'
import type { Trial } from './rotation/pending.ts'
import { createRotation, type RotationObservers } from './rotation/rotation.ts'
import { createStore } from './store.ts'

export interface SecretsManagerOptions extends RotationObservers {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly region?: string
  readonly clock?: Clock
  /** Finds the function a secret is to be rotated with; by default there is none. */
  readonly functionAt?: Rotating['functionAt']
  /** What a function is tried with that is not to rotate at once; a `copy` where nothing is said. */
  readonly trial?: Trial | undefined
}

/**
 * Starts a Secrets Manager in memory that speaks AWS JSON 1.1 on loopback, and rotates by itself
 * what has a rotation schedule.
 *
 * @throws PortTakenError when another program has the port.
 */
export async function startSecretsManager(
  options: SecretsManagerOptions = {},
): Promise<LocalService> {
  const store = createStore(options.region ?? DEFAULT_REGION, options.clock ?? systemClock)
  const { rotations, automatic } = createRotation(store, options)
  const rotating: Rotating = {
    rotations,
    functionAt: options.functionAt ?? (() => undefined),
    trial: options.trial ?? 'copy',
  }
  const perform: Perform = (action, input) => {
    const output = action(store, input, rotating)
    automatic.arm()
    return output
  }
  const server = createServer((request, response) => {
    // A call that broke off has nobody to answer, and must not end the host.
    respond(perform, request, response).catch(() => response.destroy())
  })
  const service = await serve(server, { name: 'Secrets Manager', port: options.port ?? 0 })
  return {
    ...service,
    stop: async () => {
      await service.stop()
      automatic.stop()
      await rotations.stop()
    },
  }
}

type Perform = (action: Action, input: Input) => object

async function respond(
  perform: Perform,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answer(perform, request)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  })
  response.end(JSON.stringify(body))
}

async function answer(
  perform: Perform,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly body: object }> {
  try {
    const input = await text(request)
    return { status: 200, body: act(perform, request, input) }
  } catch (error) {
    if (!(error instanceof SecretsManagerError)) throw error
    return { status: 400, body: { __type: error.type, Message: error.message } }
  }
}

function act(perform: Perform, request: IncomingMessage, body: string): object {
  if (request.headers.authorization === undefined) {
    throw new SecretsManagerError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    )
  }
  const target = request.headers['x-amz-target']
  const action = ACTIONS.get(String(target))
  if (action !== undefined) return perform(action, parseInput(body))
  throw new SecretsManagerError('UnknownOperationException', `There is no ${target} here.`)
}
