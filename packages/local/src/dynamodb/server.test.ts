import { once } from 'node:events'
import { connect } from 'node:net'
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { expect, onTestFinished, test } from 'vitest'
import { PortTakenError } from '../errors.ts'
import { createLedgerTable } from './ledger-table.ts'
import { startDynamoDb } from './server.ts'

const startWithTable = async () => {
  const server = await startDynamoDb()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials })
  onTestFinished(async () => {
    client.destroy()
    await server.stop()
  })
  await createLedgerTable(client, 'ledger')
  return { server, client }
}

const put = (ConditionExpression: string) =>
  new PutItemCommand({
    TableName: 'ledger',
    Item: { pk: { S: 'event' }, sk: { S: 'first' }, expires_at: { N: '1' } },
    ConditionExpression,
  })

test('has an active ledger table keyed by pk and sk', async () => {
  const { client } = await startWithTable()

  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'ledger' }))

  expect(Table?.TableStatus).toBe('ACTIVE')
  expect(Table?.KeySchema).toEqual([
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ])
})

test('writes under a condition, once', async () => {
  const { client } = await startWithTable()

  await client.send(put('attribute_not_exists(pk)'))

  await expect(client.send(put('attribute_not_exists(pk)'))).rejects.toBeInstanceOf(
    ConditionalCheckFailedException,
  )
})

test('outlives a client that is cut off in the middle of a call', async () => {
  const { server, client } = await startWithTable()
  const socket = connect(server.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half')
  const Key = { pk: { S: 'nobody' }, sk: { S: 'nobody' } }
  const read = () => client.send(new GetItemCommand({ TableName: 'ledger', Key }))

  // The first read gives the server time to take the half call in, the second to see it end.
  await read()
  socket.resetAndDestroy()
  await once(socket, 'close')
  await read()

  await expect(read()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
})

test('says which service found its port taken', async () => {
  const { server } = await startWithTable()

  const failure = await startDynamoDb({ port: server.port }).catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(PortTakenError)
  expect(failure).toMatchObject({ service: 'DynamoDB', port: server.port })
})

test('frees its port when it stops, with a client still connected', async () => {
  const { server, client } = await startWithTable()
  await client.send(put('attribute_not_exists(pk)'))

  const again = await server.stop().then(() => startDynamoDb({ port: server.port }))
  onTestFinished(() => again.stop())

  expect(again.port).toBe(server.port)
})
