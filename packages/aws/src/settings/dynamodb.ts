import { type Access, accessOf } from './access.ts'
import type { Environment } from './texts.ts'

/** What requests to DynamoDB are sent and signed with; empty where anything about it is unusual. */
export function dynamoDbAccess(environment: Environment): Access | Record<string, never> {
  return accessOf(environment, { variable: 'AWS_ENDPOINT_URL_DYNAMODB', host: 'dynamodb' }) ?? {}
}
