import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dynamoDb } from '@lapse/aws/dynamodb'
import type { DynamoDb } from '@lapse/aws/dynamodb-calls'
import { failureOf } from '@lapse/core/ports'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { localAws } from './aws.ts'
import { startBetween } from './between.ts'

const aws = localAws()
let between: Awaited<ReturnType<typeof startBetween>>

beforeAll(async () => {
  between = await startBetween(aws.endpoints.dynamoDb)
})

afterAll(() => between.stop())

const config = (endpoint = between.endpoint) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'session' },
  endpoint,
})

/** Anything besides region, endpoint and credentials leaves it to AWS's own client. */
const clients: readonly (readonly [string, (endpoint?: string) => DynamoDb])[] = [
  ['signed requests', (endpoint) => dynamoDb(config(endpoint))],
  ['AWS’s own client', (endpoint) => dynamoDb({ ...config(endpoint), retryMode: 'standard' })],
]

/** A server for one test, in DynamoDB's place: where it listens. */
async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const TableName = 'lapse-ledger'
const Key = { pk: { S: 'dynamodb-test' }, sk: { S: 'ünïcödé' } }

test.each(clients)('%s give bytes back as they were', async (_name, make) => {
  between.decide(() => 'pass')
  const [client, bytes] = [make(), new Uint8Array([0, 1, 127, 128, 255])]
  const item = {
    ...Key,
    pk: { S: 'dynamodb-test-bytes' },
    bytes: { B: bytes },
    text: { S: 'AAE=' },
  }
  await client.putItem({ TableName, Item: item })
  const { Item } = await client.getItem({ TableName, Key: { pk: item.pk, sk: item.sk } })
  const { Items } = await client.query({
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': item.pk },
  })

  for (const found of [Item, Items?.[0]]) {
    expect(new Uint8Array(found?.['bytes']?.B ?? [])).toEqual(bytes)
    expect(found?.['text']).toEqual({ S: 'AAE=' })
  }
})

test.each(clients)('%s write and read several items in one request', async (_name, make) => {
  between.decide(() => 'pass')
  const client = make()
  const items = ['1', '2'].map((sk) => ({
    pk: { S: 'dynamodb-test-batch' },
    sk: { S: sk },
    bytes: { B: new Uint8Array([0, 255, Number(sk)]) },
  }))
  const puts = items.map((Item) => ({ PutRequest: { Item } }))
  const written = await client.batchWriteItem({ RequestItems: { [TableName]: puts } })
  const Keys = [...items.map(({ pk, sk }) => ({ pk, sk })), Key]
  const RequestItems = { [TableName]: { Keys, ConsistentRead: true } }
  const { Responses = {}, UnprocessedKeys } = await client.batchGetItem({ RequestItems })

  expect([written.UnprocessedItems, UnprocessedKeys]).toEqual([{}, {}])
  const bytes = Responses[TableName]?.map((item) => [...(item['bytes']?.B ?? [])])
  expect(bytes?.toSorted()).toEqual([
    [0, 255, 1],
    [0, 255, 2],
  ])
})

test.each(clients)('%s put, read, change, list and delete an item', async (_name, make) => {
  between.decide(() => 'pass')
  const client = make()
  const ExpressionAttributeValues = { ':n': { N: '2' } }

  await client.putItem({ TableName, Item: { ...Key, n: { N: '1' } } })
  expect(await client.getItem({ TableName, Key })).toMatchObject({ Item: { n: { N: '1' } } })
  await client.updateItem({
    TableName,
    Key,
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues,
  })
  const listed = await client.query({
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': Key.pk },
  })
  expect(listed.Items).toEqual([{ ...Key, n: { N: '2' } }])
  expect(await client.deleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' })).toMatchObject({
    Attributes: { n: { N: '2' } },
  })
  expect((await client.getItem({ TableName, Key })).Item).toBeUndefined()
})

test.each(clients)('%s say what DynamoDB refuses by its own name', async (_name, make) => {
  between.decide(() => 'pass')
  const missing = await make()
    .getItem({ TableName: 'none', Key })
    .catch((error: unknown) => error)
  const ConditionExpression = 'attribute_exists(pk)'
  const unmet = await make()
    .putItem({ TableName, Item: Key, ConditionExpression })
    .catch((error: unknown) => error)

  expect(missing).toMatchObject({ name: 'ResourceNotFoundException' })
  expect(failureOf(missing)).toBe('deployment')
  expect(unmet).toMatchObject({ name: 'ConditionalCheckFailedException' })
  expect(between.asked).toHaveLength(2)
})

test.each([
  { status: 500, body: { __type: 'x#InternalServerError', message: 'm' } },
  { status: 400, body: { __type: 'x#ProvisionedThroughputExceededException', message: 'm' } },
])('what mends itself is tried again, three times in all: %o', async (fate) => {
  for (const [, make] of clients) {
    between.decide(() => (between.asked.length < 3 ? fate : 'pass'))
    expect(await make().getItem({ TableName, Key })).toMatchObject({})
    expect(between.asked).toHaveLength(3)

    between.decide(() => fate)
    const failure = await make()
      .getItem({ TableName, Key })
      .catch((error: unknown) => error)
    expect(failureOf(failure)).toBe('unavailable')
    expect(between.asked).toHaveLength(3)
  }
})

test('a call that is throttled until its time is over ends as throttled', async () => {
  // A minute, where the first pause is half a second at most.
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.99 * 2 * 60)
  onTestFinished(() => random.mockRestore())
  const endpoint = await listening((_request, response) => {
    response.writeHead(400).end('{"__type":"x#ThrottlingException","message":"m"}')
  })
  const limits = { connectMs: 30_000, answerMs: 30_000, attempts: 3, callMs: 30_000 }
  const failure = await dynamoDb({ ...config(endpoint), limits })
    .getItem({ TableName, Key })
    .catch((error: unknown) => error)

  expect(failure).toMatchObject({ name: 'ThrottlingException' })
})

test.each(clients)('%s put a clock right that is an hour slow', async (_name, make) => {
  const hourAhead = Date.now() + 3_600_000
  const dates: string[] = []
  const endpoint = await listening((request, response) => {
    const at = String(request.headers['x-amz-date'])
    dates.push(at)
    const isSlow = dates.length === 1
    const body = isSlow
      ? { __type: 'x#InvalidSignatureException', message: 'Signature expired' }
      : { Item: Key }
    response.setHeader('date', new Date(hourAhead).toUTCString())
    response.writeHead(isSlow ? 400 : 200).end(JSON.stringify(body))
  })
  const client = make(endpoint)

  expect((await client.getItem({ TableName, Key })).Item).toEqual(Key)
  const [first = '', second = ''] = dates.map((at) => at.slice(0, 11))
  expect(second > first).toBe(true)
})

test.each(clients)(
  '%s call a wrong key by its name, where the clock is right',
  async (_name, make) => {
    let asked = 0
    const endpoint = await listening((_request, response) => {
      asked += 1
      response.writeHead(400).end('{"__type":"x#InvalidSignatureException","message":"m"}')
    })
    const failure = await make(endpoint)
      .getItem({ TableName, Key })
      .catch((error: unknown) => error)

    expect(failure).toMatchObject({ name: 'InvalidSignatureException' })
    expect(asked).toBe(1)
  },
)

test.each([
  [403, '<html>a secret</html>'],
  [200, '<html>a secret</html>'],
  [200, 'null'],
])('an answer %i that is no JSON object is an error without its text', async (status, text) => {
  const endpoint = await listening((_request, response) => {
    response.writeHead(status).end(text)
  })
  const failure = await dynamoDb(config(endpoint))
    .getItem({ TableName, Key })
    .catch((error: unknown) => error)

  expect(failure).toMatchObject({ name: 'UnknownError', $metadata: { httpStatusCode: status } })
  expect(String(failure)).not.toContain('secret')
})
