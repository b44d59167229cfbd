import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { boundedClient } from './client-settings.ts'
import type { DynamoDb, DynamoDbConfig } from './dynamodb-calls.ts'

/** DynamoDB by AWS's own client, which finds its region, endpoint and credentials where AWS says. */
export function sdkDynamoDb({ hear, ...config }: DynamoDbConfig): DynamoDb {
  const client = boundedClient(DynamoDBClient, config)
  if (hear !== undefined) client.middlewareStack.add(hearing(hear), { step: 'deserialize' })
  return {
    getItem: (input) => client.send(new GetItemCommand(input)),
    putItem: (input) => client.send(new PutItemCommand(input)),
    updateItem: (input) => client.send(new UpdateItemCommand(input)),
    deleteItem: (input) => client.send(new DeleteItemCommand(input)),
    batchGetItem: (input) => client.send(new BatchGetItemCommand(input)),
    batchWriteItem: (input) => client.send(new BatchWriteItemCommand(input)),
    query: (input) => client.send(new QueryCommand(input)),
  }
}

type Stack = DynamoDBClient['middlewareStack']

/** Tells what each answer says of the time, as what is sent without the SDK does. */
function hearing(hear: NonNullable<DynamoDbConfig['hear']>): Parameters<Stack['add']>[0] {
  return (next) => async (given) => {
    const sentAt = Date.now()
    const answered = await next(given as never)
    const { headers } = (answered as { response: { headers: Record<string, string> } }).response
    hear({ date: headers['date'], sentAt, receivedAt: Date.now() })
    return answered
  }
}
