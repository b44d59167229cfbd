import {
  type Clock,
  foundByFirst,
  markPatienceMs,
  type PendingReceipt,
  type PendingReceipts,
  parseReceiptId,
  rowExpiry,
  rowRetentionMs,
  type SealedPlace,
} from '@lapse/core/ports'
import { dynamoDbBy } from './dynamodb.ts'
import type { DynamoDb, DynamoDbConfig } from './dynamodb-calls.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import {
  dayOf,
  daysBetween,
  frontierKey,
  itemsOf,
  last,
  partitionOf,
  query,
  readReceipt,
  sortKeyOf,
  type Table,
  timeOf,
} from './receipt-items.ts'

/** How many rows are read at the same time. */
const atOnce = 25

/** The frontier is written once it has moved by so much, in milliseconds. */
const strideMs = 10 * 60_000

const dayMs = 24 * 60 * 60 * 1000

/**
 * Pending receipts in the ledger's table. A mark is an item in the partition of its day, by time,
 * and stays there as the index of receipts: nothing is paid for taking it away. What is settled is
 * told by one item for each batch; how far back there may be anything else, by the frontier.
 *
 * To mark takes one write, one more for each thing the receipt is found by; to settle, one for each
 * batch and day.
 */
export function dynamoDbPendingReceipts(
  tableName: string,
  clock: Clock,
  by: DynamoDb | DynamoDbConfig = {},
): PendingReceipts {
  const table: Table = { dynamoDb: dynamoDbBy(by), tableName }
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `table ${tableName}`)
  }
  const write = (item: ReturnType<typeof itemsOf>[number]) =>
    table.dynamoDb.putItem({ TableName: tableName, Item: item })
  return {
    async mark(mark) {
      const foundBy = mark.row.pass === foundByFirst.second ? [] : mark.about
      await Promise.all(itemsOf(mark, foundBy, rowExpiry(clock)).map(write)).catch(failed)
    },
    async *list() {
      try {
        yield* list(table, clock)
      } catch (error) {
        failed(error)
      }
    },
    read: (ids) => Promise.all(ids.map((id) => readReceipt(table, id))).catch(failed),
    async settle(places) {
      for (const item of settledItems(places, rowExpiry(clock)))
        await table.dynamoDb.putItem({ TableName: tableName, Item: item }).catch(failed)
    },
    placeOf: (id) => placeOf(table, id).catch(failed),
  }
}

async function* list(table: Table, clock: Clock): AsyncGenerator<PendingReceipt> {
  // Before anything is read: a row that is open later than this is open at this time as well.
  const now = clock.now()
  const patienceOver = now - markPatienceMs
  const from = Math.max(await frontierOf(table), now - rowRetentionMs)
  let unsettledSince: number | undefined
  for (const day of daysBetween(from, now + dayMs)) {
    const settled = await settledSince(table, day, from)
    for await (const ids of batches(marksSince(table, day, from), (id) => !settled.has(id))) {
      const receipts = await Promise.all(ids.map((id) => readReceipt(table, id)))
      for (const [at, id] of ids.entries()) {
        const receipt = receipts[at]
        const markedAt = timeIn(id)
        if (receipt === undefined && markedAt < patienceOver) continue
        unsettledSince ??= markedAt
        yield { id, receipt }
      }
    }
  }
  await moveFrontier(table, from, Math.min(patienceOver, unsettledSince ?? patienceOver))
}

async function* marksSince(table: Table, day: string, from: number): AsyncGenerator<string> {
  const span = { from: timeOf(from), to: `9${last}` }
  for await (const item of query(table, partitionOf(day), span)) yield sortKeyOf(item)
}

async function* batches(
  ids: AsyncIterable<string>,
  isWanted: (id: string) => boolean,
): AsyncGenerator<readonly string[]> {
  let batch: string[] = []
  for await (const id of ids) {
    if (!isWanted(id)) continue
    batch.push(id)
    if (batch.length < atOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** What may be in a batch of which a mark is as late as this, or later. */
async function settledSince(table: Table, day: string, from: number): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for await (const [id] of settledPlaces(table, day, from)) ids.add(id)
  return ids
}

async function* settledPlaces(
  table: Table,
  day: string,
  from: number,
): AsyncGenerator<readonly [id: string, index: string]> {
  const span = { from: `settled#${timeOf(from)}`, to: `settled#${last}` }
  for await (const item of query(table, partitionOf(day), span))
    for (const line of (item['places']?.S ?? '').split('\n')) {
      const end = line.indexOf(' ')
      yield [line.slice(end + 1), line.slice(0, end)]
    }
}

/** An item for each day, the same whoever settles the same. An index that is none is `-`. */
function settledItems(places: readonly SealedPlace[], expiresAt: number) {
  const days = Map.groupBy(places, ({ id }) => dayOf(timeIn(id)))
  return [...days].map(([day, ofDay]) => {
    const newest = timeOf(Math.max(...ofDay.map(({ id }) => timeIn(id))))
    const [{ id, index = id }] = ofDay as [SealedPlace, ...SealedPlace[]]
    return {
      pk: { S: partitionOf(day) },
      sk: { S: `settled#${newest}#${index}` },
      places: { S: ofDay.map((place) => `${place.index ?? '-'} ${place.id}`).join('\n') },
      expires_at: { N: String(expiresAt) },
    }
  })
}

async function placeOf(table: Table, sought: string): Promise<number | undefined> {
  const mark = parseReceiptId(sought)
  if (mark === undefined) return undefined
  for await (const [id, index] of settledPlaces(table, dayOf(mark.at), mark.at))
    if (id === sought) return index === '-' ? undefined : Number(index)
  return undefined
}

/** Every mark before this is settled, or has come to nothing. */
async function frontierOf({ dynamoDb, tableName }: Table): Promise<number> {
  const { Item } = await dynamoDb.getItem({
    TableName: tableName,
    Key: frontierKey,
    ConsistentRead: true,
  })
  return Number(Item?.['at']?.N ?? 0)
}

/** It never goes back, whoever comes late. */
async function moveFrontier({ dynamoDb, tableName }: Table, from: number, to: number) {
  if (to - from < strideMs) return
  const at = { N: String(to) }
  try {
    await dynamoDb.putItem({
      TableName: tableName,
      Item: { ...frontierKey, at },
      ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at },
    })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error
  }
}

function timeIn(id: string): number {
  return parseReceiptId(id)?.at ?? 0
}
