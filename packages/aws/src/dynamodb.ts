import type { DynamoDb, DynamoDbAccess, DynamoDbConfig } from './dynamodb-calls.ts'
import { signedDynamoDb } from './dynamodb-signed.ts'
import { once } from './once.ts'

/**
 * DynamoDB by a client of AWS's SDK, or, where the configuration names a region, an endpoint and
 * credentials and nothing else, by signed requests: the same calls for a third of the CPU time.
 */
export function dynamoDb(config: DynamoDbConfig = {}): DynamoDb {
  const access = accessIn(config)
  if (access !== undefined) return signedDynamoDb(access, config)

  const made = once(async () => (await import('./dynamodb-sdk.ts')).sdkDynamoDb(config))
  return {
    getItem: async (input) => (await made()).getItem(input),
    putItem: async (input) => (await made()).putItem(input),
    updateItem: async (input) => (await made()).updateItem(input),
    deleteItem: async (input) => (await made()).deleteItem(input),
    batchGetItem: async (input) => (await made()).batchGetItem(input),
    batchWriteItem: async (input) => (await made()).batchWriteItem(input),
    query: async (input) => (await made()).query(input),
  }
}

/** Calls that are made already, or by a client of their own. */
export function dynamoDbBy(given: DynamoDb | DynamoDbConfig): DynamoDb {
  return 'getItem' in given ? given : dynamoDb(given)
}

function accessIn({
  limits: _limits,
  hear: _hear,
  ...config
}: DynamoDbConfig): DynamoDbAccess | undefined {
  const { region, endpoint, credentials, ...more } = config
  const isSpelledOut =
    typeof region === 'string' &&
    typeof endpoint === 'string' &&
    typeof credentials === 'object' &&
    Object.keys(more).length === 0
  return isSpelledOut ? { region, endpoint, credentials } : undefined
}
