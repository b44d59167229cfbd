import { dynamoDb } from '@lapse/aws/dynamodb'
import { inBatches } from '@lapse/aws/dynamodb-batches'
import { dynamoDbAccess } from '@lapse/aws/settings/dynamodb'
import { environment } from './environment.ts'

/** DynamoDB, with the connections that everything in this function shares. */
export const ledgerDb = dynamoDb(dynamoDbAccess(environment))

/** The same for what is done for several messages at a time: their reads and writes go together. */
export const ledgerDbForBatches = inBatches(ledgerDb)
