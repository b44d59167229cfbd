import { SQSClient } from '@aws-sdk/client-sqs'
import { guardServer } from '@lapse/ory-emulator'
import { buildApp } from 'fauxqs'
import { DEFAULT_REGION } from '../aws.ts'
import { LOOPBACK, type LocalService, portError } from '../loopback.ts'
import { takeEveryCharacter } from './every-character.ts'
import { type MessageMoves, MoveError, messageMoves } from './message-moves.ts'

export interface SqsOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly region?: string
}

const NAME = 'SQS'

/**
 * Starts fauxqs in memory as a real SQS server on loopback.
 *
 * Its own start function would listen on every interface, so the app is built and bound here.
 *
 * @throws PortTakenError when another program has the port.
 */
export async function startSqs(options: SqsOptions = {}): Promise<LocalService> {
  await takeEveryCharacter()
  const port = options.port ?? 0
  const app = buildApp({ logger: false, defaultRegion: options.region ?? DEFAULT_REGION })
  app.addHook('preSerialization', async (request, _reply, answer: unknown) =>
    withReachableUrls(answer, `http://${request.headers.host}`),
  )
  const moves: { actions: MessageMoves } = { actions: {} }
  app.addHook('preHandler', async (request, reply) => {
    const action = moves.actions[nameOfAction(request.headers)]
    if (action !== undefined) return reply.send(await answerOf(action, request.body, reply))
  })
  guardServer(app.server)
  const endpoint = await app.listen({ port, host: LOOPBACK }).catch((error: unknown) => {
    throw portError(NAME, port, error)
  })

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint, region: options.region ?? DEFAULT_REGION, credentials })
  moves.actions = messageMoves(client)
  const stop = async () => {
    client.destroy()
    await app.close()
  }
  return { endpoint, port: Number(new URL(endpoint).port), stop }
}

function nameOfAction(headers: Readonly<Record<string, unknown>>): string {
  return String(headers['x-amz-target']).replace(/^AmazonSQS\./, '')
}

/** The answer of an action that fauxqs does not have, in its own words where it is refused. */
async function answerOf(
  action: MessageMoves[string],
  input: unknown,
  reply: { status(code: number): unknown; header(name: string, value: string): unknown },
): Promise<object> {
  reply.header('content-type', 'application/x-amz-json-1.0')
  try {
    return await action(input as Readonly<Record<string, unknown>>)
  } catch (error) {
    if (!(error instanceof MoveError)) throw error
    reply.status(400)
    return { __type: `com.amazonaws.sqs#${error.name}`, message: error.message }
  }
}

// The SDK sends to the host inside a queue's URL, and fauxqs names one that does not resolve. Only
// these two members are touched: a message may well contain such a URL, and is nobody's to change.
function withReachableUrls(answer: unknown, endpoint: string): unknown {
  if (!isObject(answer)) return answer
  const { QueueUrl, QueueUrls } = answer
  const reachable = (url: unknown) => `${endpoint}${new URL(String(url)).pathname}`
  return {
    ...answer,
    ...(QueueUrl !== undefined && { QueueUrl: reachable(QueueUrl) }),
    ...(Array.isArray(QueueUrls) && { QueueUrls: QueueUrls.map(reachable) }),
  }
}

function isObject(value: unknown): value is { QueueUrl?: unknown; QueueUrls?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
