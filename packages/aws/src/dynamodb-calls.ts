import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  DynamoDBClientConfig,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { WithLimits } from './client-settings.ts'
import type { MeasuredClock } from './measured-clock.ts'

/** The calls of DynamoDB that are made here, in AWS's own words. Each ends in time. */
export interface DynamoDb {
  getItem(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, 'Item'>>
  putItem(input: PutItemCommandInput): Promise<unknown>
  updateItem(input: UpdateItemCommandInput): Promise<unknown>
  deleteItem(input: DeleteItemCommandInput): Promise<Pick<DeleteItemCommandOutput, 'Attributes'>>
  /** Not everything that is asked for is answered: see `UnprocessedKeys`. */
  batchGetItem(
    input: BatchGetItemCommandInput,
  ): Promise<Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>>
  /** Not everything that is given is written: see `UnprocessedItems`. */
  batchWriteItem(
    input: BatchWriteItemCommandInput,
  ): Promise<Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>>
  query(input: QueryCommandInput): Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>
}

export type DynamoDbConfig = WithLimits<DynamoDBClientConfig> & {
  /** Told what each answer says of the time. */
  readonly hear?: MeasuredClock['hear']
}

/** What a request is sent and signed with, where nothing has to be looked for first. */
export interface DynamoDbAccess {
  readonly region: string
  readonly endpoint: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}
