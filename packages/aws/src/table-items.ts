import type { AttributeValue, PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { RowKey } from '@lapse/core/ports'
import type { DynamoDb } from './dynamodb-calls.ts'
import { absent } from './error-name.ts'

export type Item = Record<string, AttributeValue>

/** A table that can be asked. */
export interface Table {
  readonly dynamoDb: DynamoDb
  readonly tableName: string
}

/** Sort keys from one to another, both included. */
export interface Range {
  readonly from: string
  readonly to: string
}

/** A range, which end of it is read first, and what of it counts. */
export interface Span extends Range {
  readonly newestFirst?: boolean
  /** Only items that are about this; what is passed over is read all the same. */
  readonly about?: string
}

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Where a row of the ledger stands. */
export function keyOf({ workflow, event, pass }: RowKey): Item {
  return { pk: { S: `${workflow}#${event}` }, sk: { S: pass } }
}

/** An item as it stands, whatever a replica has heard of. */
export async function read({ dynamoDb, tableName }: Table, key: Item): Promise<Item | undefined> {
  const { Item } = await dynamoDb.getItem({ TableName: tableName, Key: key, ConsistentRead: true })
  return Item
}

/** @returns whether there was none before, and this one stands there now */
export async function putNew(table: Table, item: Item): Promise<boolean> {
  try {
    await put(table, item, { ConditionExpression: 'attribute_not_exists(pk)' })
    return true
  } catch (error) {
    ignoreConflict(error)
    return false
  }
}

/** What has to hold for an item to be written. */
type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

export async function put(
  { dynamoDb, tableName }: Table,
  item: Item,
  condition: Condition = {},
): Promise<void> {
  await dynamoDb.putItem({ TableName: tableName, Item: item, ...condition })
}

/** @returns whether there was one */
export async function remove({ dynamoDb, tableName }: Table, key: Item): Promise<boolean> {
  const { Attributes } = await dynamoDb.deleteItem({
    TableName: tableName,
    Key: key,
    ReturnValues: 'ALL_OLD',
  })
  return Attributes !== undefined
}

type Page = Awaited<ReturnType<DynamoDb['query']>>

/** The items of a partition in the order of their sort keys, page after page, strongly consistent. */
export async function* query(
  { dynamoDb, tableName }: Table,
  partition: string,
  { from, to, newestFirst = false, about }: Span,
): AsyncGenerator<Item> {
  let page: Item | undefined
  do {
    const { Items = [], LastEvaluatedKey }: Page = await dynamoDb.query({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: partition },
        ':from': { S: from },
        ':to': { S: to },
        ...(about !== undefined && { ':about': { S: about } }),
      },
      ...(about !== undefined && { FilterExpression: 'contains(about, :about)' }),
      ConsistentRead: true,
      ScanIndexForward: !newestFirst,
      ...(page === undefined ? {} : { ExclusiveStartKey: page }),
    })
    yield* Items
    page = LastEvaluatedKey
  } while (page !== undefined)
}

export function sortKeyOf(item: Item): string {
  return item['sk']?.S ?? ''
}

/** Takes it for well that a condition did not hold. */
export const ignoreConflict = absent('ConditionalCheckFailedException')
