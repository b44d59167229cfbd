import { inLanes } from '@lapse/core/concurrency'
import {
  type Clock,
  closingTime,
  foundByFirst,
  parseReceiptId,
  type ReceiptEntry,
  type ReceiptIndex,
  receiptId,
  rowRetentionMs,
} from '@lapse/core/ports'
import { dynamoDbBy } from './dynamodb.ts'
import type { DynamoDb, DynamoDbConfig } from './dynamodb-calls.ts'
import { asMisconfiguration } from './misconfiguration.ts'
import {
  dayMs,
  daysBetween,
  isEvent,
  last,
  partitionAbout,
  partitionOf,
  readReceipt,
  readRow,
} from './receipt-items.ts'
import { type Item, query, sortKeyOf, type Table, timeOf } from './table-items.ts'

type Range = Parameters<ReceiptIndex['list']>[0]

/** What pending receipts were marked with, in the ledger's table; nothing is written. */
export function dynamoDbReceiptIndex(
  tableName: string,
  clock: Clock,
  by: DynamoDb | DynamoDbConfig = {},
): ReceiptIndex {
  const table: Table = { dynamoDb: dynamoDbBy(by), tableName }
  const failed = (error: unknown): never => {
    throw asMisconfiguration(error, `table ${tableName}`)
  }
  const guarded = async function* (entries: AsyncIterable<ReceiptEntry>) {
    try {
      yield* entries
    } catch (error) {
      failed(error)
    }
  }
  return {
    list: (range) => guarded(list(table, range, clock.now())),
    find: (about) => guarded(find(table, about, clock.now())),
    read: (ids) => Promise.all(ids.map((id) => readReceipt(table, id))).catch(failed),
  }
}

async function* list(
  table: Table,
  { from, to, oldestFirst = false }: Range,
  now: number,
): AsyncGenerator<ReceiptEntry> {
  // Nothing is kept for longer, and nothing is marked ahead of its time.
  const [first, final] = [Math.max(from, now - rowRetentionMs - dayMs), Math.min(to, now + dayMs)]
  const days = daysBetween(first, final)
  const span = { from: timeOf(first), to: `${timeOf(final)}${last}`, newestFirst: !oldestFirst }
  for (const day of oldestFirst ? days : days.toReversed())
    for await (const item of query(table, partitionOf(day), span)) {
      const about = (item['about']?.L ?? []).map(({ S = '' }) => S)
      yield { ...named(item), about }
    }
}

async function* find(table: Table, about: string, now: number): AsyncGenerator<ReceiptEntry> {
  const entries = isEvent(about) ? findEvent(table, about, now) : findIndexed(table, about)
  for await (const found of entries) {
    const entry = { ...found, about: [about] }
    const second = await secondPass(table, entry)
    if (second !== undefined) yield second
    yield entry
  }
}

async function* findIndexed(table: Table, about: string) {
  const span = { from: '0', to: last, newestFirst: true }
  for await (const item of query(table, partitionAbout(about), span)) yield named(item)
}

/** How many days are looked through at the same time. */
const lanes = 8

/** What is indexed, and what stands among the marks of all days. */
async function* findEvent(table: Table, about: string, now: number) {
  const found = new Map<string, ReturnType<typeof named>>()
  const add = (entry: ReturnType<typeof named>) => void found.set(entry.id, entry)
  for await (const entry of findIndexed(table, about)) add(entry)
  const span = { from: '0', to: `9${last}`, about }
  await inLanes(lanes, daysBetween(now - rowRetentionMs - dayMs, now + dayMs), async (day) => {
    for await (const item of query(table, partitionOf(day), span)) {
      const entry = named(item)
      if (parseReceiptId(entry.id)?.row.pass !== foundByFirst.second) add(entry)
    }
  })
  yield* [...found.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1))
}

/** The second pass of what has one that is closed. */
async function secondPass(table: Table, entry: ReceiptEntry): Promise<ReceiptEntry | undefined> {
  const mark = parseReceiptId(entry.id)
  if (mark === undefined || mark.row.pass !== foundByFirst.first) return undefined
  const row = { ...mark.row, pass: foundByFirst.second }
  const at = closingTime(await readRow(table, row))
  return at === undefined ? undefined : { ...entry, id: receiptId({ row, at }), at }
}

function named(item: Item): Pick<ReceiptEntry, 'id' | 'at'> {
  const id = sortKeyOf(item)
  return { id, at: parseReceiptId(id)?.at ?? 0 }
}
