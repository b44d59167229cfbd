import { dynamoDb } from '@lapse/aws/dynamodb'
import { dynamoDbAccess } from '@lapse/aws/settings/dynamodb'
import { environment } from './environment.ts'
import { clock } from './observability.ts'

/** DynamoDB, with the connections that everything in this function shares. */
export const ledgerDb = dynamoDb({ ...dynamoDbAccess(environment), hear: clock.hear })
