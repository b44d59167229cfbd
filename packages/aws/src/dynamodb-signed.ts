import { setTimeout } from 'node:timers/promises'
import type {
  AttributeValue,
  BatchGetItemCommandOutput,
  GetItemCommandOutput,
  QueryCommandOutput,
} from '@aws-sdk/client-dynamodb'
import { failureOf } from '@lapse/core/ports'
import { type Answer, attempt, isAnswer, systemClock } from '@lapse/core/transport'
import { awsPool } from './aws-pool.ts'
import { type CallLimits, usual } from './client-settings.ts'
import type { DynamoDb, DynamoDbAccess, DynamoDbConfig } from './dynamodb-calls.ts'
import { dynamoDbSigner } from './dynamodb-signature.ts'
import { failureIn } from './no-answer.ts'

/** As AWS's clients wait between attempts, in milliseconds: the longest first pause, and of all. */
const pause = { first: 100, firstWhereThrottled: 500, longest: 20_000 }

/** Further apart than this, AWS takes no signature for one of now. */
const mostSkewMs = 4 * 60_000

/** An error with the name, the status and the message DynamoDB gave it. */
class DynamoDbError extends Error {
  override readonly name: string
  readonly $metadata: { readonly httpStatusCode: number }

  constructor(name: string, message: string, httpStatusCode: number) {
    super(message)
    this.name = name
    this.$metadata = { httpStatusCode }
  }
}

/**
 * DynamoDB by requests that are signed here, sent as those to Ory are. What fails is tried again as
 * AWS's clients do, and every call ends in time.
 */
export function signedDynamoDb(
  access: DynamoDbAccess,
  { limits = usual, hear }: Pick<DynamoDbConfig, 'limits' | 'hear'> = {},
): DynamoDb {
  const post = poster(access, limits, hear)
  const call = async <Output>(operation: string, input: object): Promise<Output> => {
    const body = JSON.stringify(input, bytesAsBase64)
    const deadline = performance.now() + limits.callMs
    for (let attempts = 1; ; attempts += 1) {
      try {
        return (await post(operation, body, deadline)) as Output
      } catch (error) {
        if (attempts >= limits.attempts || failureOf(error) !== 'unavailable') throw error
        const waitMs = pauseMs(attempts, error)
        // Where the time would be over while it waits, the reason for waiting says more.
        if (waitMs >= deadline - performance.now()) throw error
        await setTimeout(waitMs)
      }
    }
  }
  return {
    getItem: async (input) => {
      const { Item, ...answer } = await call<GetItemCommandOutput>('GetItem', input)
      return { ...answer, ...(Item !== undefined && { Item: withBytes(Item) }) }
    },
    putItem: (input) => call('PutItem', input),
    updateItem: (input) => call('UpdateItem', input),
    deleteItem: (input) => call('DeleteItem', input),
    batchGetItem: async (input) => {
      const { Responses = {}, ...answer } = await call<BatchGetItemCommandOutput>(
        'BatchGetItem',
        input,
      )
      const tables = Object.entries(Responses).map(([table, items]) => [
        table,
        items.map(withBytes),
      ])
      return { ...answer, Responses: Object.fromEntries(tables) }
    },
    batchWriteItem: (input) => call('BatchWriteItem', input),
    query: async (input) => {
      const { Items, ...answer } = await call<QueryCommandOutput>('Query', input)
      return { ...answer, ...(Items !== undefined && { Items: Items.map(withBytes) }) }
    },
  }
}

/** How DynamoDB writes bytes in JSON. */
function bytesAsBase64(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

/** An item as AWS's client gives it: what is read here has bytes in no list, map or set. */
function withBytes(item: Record<string, AttributeValue>): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(String(value.B), 'base64') },
    ]),
  )
}

function pauseMs(attempts: number, error: unknown): number {
  const isThrottled = error instanceof DynamoDbError && error.$metadata.httpStatusCode < 500
  const first = isThrottled ? pause.firstWhereThrottled : pause.first
  return Math.random() * Math.min(pause.longest, first * 2 ** (attempts - 1))
}

/** What DynamoDB says, as JSON. */
type Said = Readonly<Record<string, unknown>>

/** Sends one request; returns what it is answered with. */
function poster(access: DynamoDbAccess, limits: CallLimits, hear: DynamoDbConfig['hear']) {
  const { origin, pathname: path } = new URL(access.endpoint)
  const pool = awsPool(origin, limits)
  const sign = dynamoDbSigner(access)
  const clock = { skewMs: 0 }
  return async (operation: string, body: string, deadline: number): Promise<Said> => {
    const headers = sign({ operation, body, at: new Date(Date.now() + clock.skewMs) })
    const bounds = {
      timeoutMs: Math.min(limits.answerMs, deadline - performance.now()),
      signal: undefined,
      clock: systemClock,
    }
    const sentAt = Date.now()
    const outcome = await attempt(pool, { method: 'POST', path, headers, body }, bounds)
    if (!isAnswer(outcome)) throw failureIn(outcome)
    const [date] = [outcome.headers['date']].flat()
    hear?.({ date, sentAt, receivedAt: Date.now() })
    const said = saidIn(outcome.text)
    if (outcome.status === 200 && said !== undefined) return said
    throw refusal(outcome, said, clock)
  }
}

/** What DynamoDB answered, as an error; a clock that is wrong by a lot is put right for the next attempt. */
function refusal(
  { status, headers }: Answer,
  said: Said = { message: 'the answer is not JSON' },
  clock: { skewMs: number },
): Error {
  const type = String(said['__type'] ?? 'UnknownError')
  const name = type.slice(type.indexOf('#') + 1)
  const message = String(said['message'] ?? said['Message'] ?? name)
  const skewMs = Date.parse(String(headers['date'])) - Date.now()
  const isSkewed = Math.abs(skewMs - clock.skewMs) > mostSkewMs && /Signature|Request/.test(name)
  if (!isSkewed) return new DynamoDbError(name, message, status)
  clock.skewMs = skewMs
  return new DynamoDbError('RequestTimeTooSkewed', message, status)
}

/**
 * Not everything that answers is DynamoDB: a proxy may say something that is no JSON object, which
 * is `undefined` here. The parser's own error would quote it.
 */
function saidIn(text: string): Said | undefined {
  try {
    const said: unknown = JSON.parse(text)
    return typeof said === 'object' && said !== null ? (said as Said) : undefined
  } catch {
    return undefined
  }
}
