import { createHash } from 'node:crypto'
import {
  type Clock,
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
  dayMs,
  dayOf,
  daysBetween,
  frontierKey,
  itemsOf,
  last,
  partitionOf,
  readReceipt,
} from './receipt-items.ts'
import { ignoreConflict, put, query, read, sortKeyOf, type Table, timeOf } from './table-items.ts'

/** How many rows are read at the same time. */
const atOnce = 25

/** The frontier is written once it has moved by so much, in milliseconds. */
const strideMs = 10 * 60_000

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
  return {
    async mark(mark) {
      const items = itemsOf(mark, rowExpiry(clock))
      await Promise.all(items.map((item) => put(table, item))).catch(failed)
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
        await put(table, item).catch(failed)
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
    for await (const ids of batches(
      marksSince(table, day, from),
      (id) => !settled.has(digestOf(id)),
    )) {
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

/** The digests of what may be in a batch of which a mark is as late as this, or later. */
async function settledSince(table: Table, day: string, from: number): Promise<ReadonlySet<string>> {
  const digests = new Set<string>()
  for await (const [digest] of settledPlaces(table, day, from)) digests.add(digest)
  return digests
}

async function* settledPlaces(
  table: Table,
  day: string,
  from: number,
): AsyncGenerator<readonly [digest: string, index: number | undefined]> {
  const span = { from: `settled#${timeOf(from)}`, to: `settled#${last}` }
  for await (const item of query(table, partitionOf(day), span)) {
    const first = item['first']?.N
    const digests = item['digests']?.S?.match(/.{16}/g) ?? []
    for (const [at, digest] of digests.entries())
      yield [digest, first === undefined ? undefined : Number(first) + at]
  }
}

/** An item for each day and each row of places, the same whoever settles the same. */
function settledItems(places: readonly SealedPlace[], expiresAt: number) {
  return runsOf(places).map((run) => {
    const [{ id, index }] = run
    const newest = timeOf(Math.max(...run.map((place) => timeIn(place.id))))
    return {
      pk: { S: partitionOf(dayOf(timeIn(id))) },
      sk: { S: `settled#${newest}#${index ?? digestOf(id)}` },
      ...(index === undefined ? {} : { first: { N: String(index) } }),
      digests: { S: run.map((place) => digestOf(place.id)).join('') },
      expires_at: { N: String(expiresAt) },
    }
  })
}

type Run = [SealedPlace, ...SealedPlace[]]

/** Places of one day that follow one another. */
function runsOf(places: readonly SealedPlace[]): readonly Run[] {
  const runs: Run[] = []
  for (const place of places) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const follows =
      before?.index !== undefined &&
      before.index + 1 === place.index &&
      dayOf(timeIn(before.id)) === dayOf(timeIn(place.id))
    if (run !== undefined && follows) run.push(place)
    else runs.push([place])
  }
  return runs
}

/** Ninety-six bits stand for a name that is six times as long: a batch is paid for by its size. */
function digestOf(id: string): string {
  return createHash('sha256').update(id).digest().subarray(0, 12).toString('base64url')
}

async function placeOf(table: Table, id: string): Promise<number | undefined> {
  const mark = parseReceiptId(id)
  if (mark === undefined) return undefined
  const sought = digestOf(id)
  for await (const [digest, index] of settledPlaces(table, dayOf(mark.at), mark.at))
    if (digest === sought) return index
  return undefined
}

/** Every mark before this is settled, or has come to nothing. */
async function frontierOf(table: Table): Promise<number> {
  return Number((await read(table, frontierKey))?.['at']?.N ?? 0)
}

/** It never goes back, whoever comes late. */
async function moveFrontier(table: Table, from: number, to: number): Promise<void> {
  if (to - from < strideMs) return
  const at = { N: String(to) }
  const furtherThanBefore = {
    ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':at': at },
  }
  await put(table, { ...frontierKey, at }, furtherThanBefore).catch(ignoreConflict)
}

function timeIn(id: string): number {
  return parseReceiptId(id)?.at ?? 0
}
