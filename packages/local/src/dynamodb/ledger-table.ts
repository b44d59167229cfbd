import {
  CreateTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

/**
 * Creates the ledger's table: partition key `pk` and sort key `sk`, both strings. Rows carry their
 * expiry in a numeric attribute `expires_at`, which needs no declaration and is checked by code.
 */
export async function createLedgerTable(dynamoDb: DynamoDBClient, name: string): Promise<void> {
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  await waitUntilTableExists(
    { client: dynamoDb, maxWaitTime: 5, minDelay: 1, maxDelay: 1 },
    { TableName: name },
  )
}
