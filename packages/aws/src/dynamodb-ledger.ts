import { randomUUID } from 'node:crypto'
import { LedgerConflictError } from '@lapse/core/errors'
import type { Clock, Ledger, RowKey, Stored } from '@lapse/core/ports'
import { dynamoDbBy } from './dynamodb.ts'
import type { DynamoDb, DynamoDbConfig } from './dynamodb-calls.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import { rowAttribute, rowIn } from './row-attribute.ts'
import { type Item, ignoreConflict, keyOf, put, read, type Table } from './table-items.ts'

/**
 * The ledger in one DynamoDB table: keys `pk` and `sk`, the row in `row`, `version` for
 * compare-and-swap, and `expires_at` (seconds), which DynamoDB may honour days late, so that it
 * is checked here as well. Single-item conditional writes only.
 */
export function dynamoDbLedger<Row>(
  tableName: string,
  clock: Clock,
  by: DynamoDb | DynamoDbConfig = {},
): Ledger<Row> {
  const table: Table = { dynamoDb: dynamoDbBy(by), tableName }
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `table ${tableName}`)
  }
  return {
    read: async (key) => {
      const item = await read(table, keyOf(key)).catch(failed)
      return item === undefined || hasExpired(item, clock) ? undefined : storedOf<Row>(item)
    },
    async write(key, row, expected, expiresAt) {
      const version = expected === 0 ? clock.now() : expected + 1
      const item = itemOf(key, row, version, expiresAt)
      await write(table, item, expected, clock).catch(failed)
      return version
    },
  }
}

async function write(table: Table, item: Item, expected: number, clock: Clock): Promise<void> {
  try {
    await put(table, item, conditionOf(expected, clock))
  } catch (error) {
    ignoreConflict(error)
    // The client repeats a write whose answer got lost; then the row in our way is our own.
    if (!(await isStored(table, item))) throw new LedgerConflictError('row was taken over')
  }
}

async function isStored(table: Table, item: Item): Promise<boolean> {
  const { pk, sk, write_id } = item
  const stored = await read(table, { pk, sk } as Item)
  return stored?.['write_id']?.S === write_id?.S
}

/** A row past its expiry counts as gone, whether DynamoDB has got round to it or not. */
function conditionOf(expected: number, clock: Clock) {
  const names = { '#version': 'version' }
  return expected === 0
    ? {
        ConditionExpression: 'attribute_not_exists(pk) OR expires_at <= :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
      }
    : {
        ConditionExpression: '#version = :expected',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':expected': { N: String(expected) } },
      }
}

function itemOf<Row>(key: RowKey, row: Row, version: number, expiresAt: number | undefined): Item {
  return {
    ...keyOf(key),
    version: { N: String(version) },
    write_id: { S: randomUUID() },
    row: rowAttribute(row),
    ...(expiresAt === undefined ? {} : { expires_at: { N: String(expiresAt) } }),
  }
}

function storedOf<Row>(item: Item): Stored<Row> {
  return { row: rowIn(item['row']) as Row, version: Number(item['version']?.N) }
}

function hasExpired(item: Item, clock: Clock): boolean {
  const expiresAt = item['expires_at']?.N
  return expiresAt !== undefined && Number(expiresAt) * 1000 <= clock.now()
}
