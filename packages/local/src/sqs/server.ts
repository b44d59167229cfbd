import { guardServer } from '@lapse/ory-emulator'
import { buildApp } from 'fauxqs'
import { DEFAULT_REGION } from '../aws.ts'
import { systemClock } from '../clock.ts'
import { LOOPBACK, type LocalService, portError } from '../loopback.ts'
import { keepConditions, s3Store } from './conditional-writes.ts'
import { takeEveryCharacter } from './every-character.ts'
import { putLostReceivesBack } from './lost-receives.ts'
import { moveTaskActions } from './move-tasks/actions.ts'
import { answerActions } from './move-tasks/answer.ts'
import { fauxqsQueues } from './move-tasks/fauxqs-queues.ts'
import { createMoveTasks } from './move-tasks/tasks.ts'

export interface SqsOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly region?: string
  /** S3 has these, on the same port. */
  readonly buckets?: readonly string[]
}

const NAME = 'SQS'

/**
 * Starts fauxqs in memory as a real SQS server on loopback, with what it does not know: message move
 * tasks, who stopped waiting for a message, and the conditions of writes to S3, which it serves as well.
 *
 * Its own start function would listen on every interface, so the app is built and bound here.
 *
 * @throws PortTakenError when another program has the port.
 */
export async function startSqs(options: SqsOptions = {}): Promise<LocalService> {
  await takeEveryCharacter()
  const port = options.port ?? 0
  const queues = await fauxqsQueues()
  const objects = await s3Store()
  for (const bucket of options.buckets ?? []) objects.createBucket(bucket)
  const app = buildApp({
    logger: false,
    defaultRegion: options.region ?? DEFAULT_REGION,
    stores: { ...queues.stores, s3Store: objects } as typeof queues.stores,
  })
  keepConditions(app, objects)
  const tasks = createMoveTasks(queues, systemClock)
  putLostReceivesBack(app, queues)
  answerActions(app, moveTaskActions(queues, tasks))
  app.addHook('preSerialization', async (request, _reply, answer: unknown) =>
    withReachableUrls(answer, `http://${request.headers.host}`),
  )
  guardServer(app.server)
  const endpoint = await app.listen({ port, host: LOOPBACK }).catch((error: unknown) => {
    throw portError(NAME, port, error)
  })

  const stop = async () => {
    tasks.stop()
    await app.close()
  }
  return { endpoint, port: Number(new URL(endpoint).port), stop }
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
