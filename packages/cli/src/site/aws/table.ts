import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { absent } from '@lapse/aws/error-name'
import type { AwsConfig } from '../../place.ts'
import { clientOf } from './patience.ts'

/** The ledger's table, as DynamoDB describes it. */
export interface TableSeen {
  readonly status: string
  /** `pk HASH, sk RANGE`. */
  readonly keys: string
  readonly isOnDemand: boolean
  /** Units a second, where it is not on demand. */
  readonly writeUnits: number
  readonly isProtected: boolean
  readonly keyArn: string | undefined
}

/** What DynamoDB says in calls of their own. */
export interface TableUpkeep {
  /** The attribute by which rows expire; `undefined` where none do. */
  readonly expiresBy: string | undefined
  /** Whether it can be had back as it was at any time of the last weeks. */
  readonly isRecoverable: boolean
}

/** `undefined` where there is no such table. @throws whatever else DynamoDB says */
export async function readTable(name: string, config: AwsConfig): Promise<TableSeen | undefined> {
  using client = clientOf(DynamoDBClient, config)
  const described = await client
    .send(new DescribeTableCommand({ TableName: name }))
    .catch(absent('ResourceNotFoundException'))
  if (described === undefined) return undefined
  const { Table } = described
  const { TableStatus, KeySchema = [], BillingModeSummary, ProvisionedThroughput } = Table ?? {}
  return {
    status: TableStatus ?? 'unknown',
    keys: KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', '),
    isOnDemand: BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST',
    writeUnits: ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    isProtected: Table?.DeletionProtectionEnabled === true,
    keyArn: Table?.SSEDescription?.KMSMasterKeyArn,
  }
}

/** @throws whatever DynamoDB does */
export async function readUpkeep(name: string, config: AwsConfig): Promise<TableUpkeep> {
  using client = clientOf(DynamoDBClient, config)
  const [expiry, backups] = await Promise.all([
    client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
  ])
  const { TimeToLiveStatus, AttributeName } = expiry.TimeToLiveDescription ?? {}
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription
  return {
    expiresBy: /^ENABL/.test(TimeToLiveStatus ?? '') ? AttributeName : undefined,
    isRecoverable: recovery?.PointInTimeRecoveryStatus === 'ENABLED',
  }
}
