import { askTheTime } from '@lapse/aws/ask-the-time'
import { dynamoDb } from '@lapse/aws/dynamodb'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { once } from '@lapse/aws/once'
import { dynamoDbAccess } from '@lapse/aws/settings/dynamodb'
import { required } from '@lapse/aws/settings/texts'
import { environment } from './environment.ts'
import { clock } from './observability.ts'

/** DynamoDB, with the connections that everything in this function shares. */
export const ledgerDb = dynamoDb({ ...dynamoDbAccess(environment), hear: clock.hear })

/**
 * Has the clock compared before anything is done by it: what a cold start writes says the right time,
 * and what is due later is not done already.
 */
export const compareClock: () => Promise<void> = once(() =>
  askTheTime(dynamoDbLedger(required(environment, 'LEDGER_TABLE'), clock, ledgerDb)),
)
