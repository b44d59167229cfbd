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
export function sdkDynamoDb(config: DynamoDbConfig): DynamoDb {
  const client = boundedClient(DynamoDBClient, config)
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
