import type {
  AttributeValue,
  GetItemCommandInput,
  PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDb } from './dynamodb-calls.ts'
import { gathered, type Together, together } from './gathered.ts'

type Answer = Awaited<ReturnType<DynamoDb['getItem']>>

/** DynamoDB takes no more in one request. What its answer has no room for is told as unprocessed. */
const most = { reads: 100, writes: 25 }

/** An item of a table by its key, which may be the item itself. */
interface Named {
  readonly table: string
  readonly item: Record<string, AttributeValue>
}

/**
 * DynamoDB, with strongly consistent reads that are made at about the same time in one request, and
 * so writes without a condition; in tables with keys `pk` and `sk`, both text. Each is as it would
 * be by itself: none is tied to another, and what is not done with the others is done alone.
 */
export function inBatches(dynamoDb: DynamoDb): DynamoDb {
  const read = gathered(readTogether(dynamoDb), { most: most.reads, nameOf })
  const write = gathered(writeTogether(dynamoDb), { most: most.writes, nameOf })
  return {
    ...dynamoDb,
    getItem(input) {
      const named = readIn(input)
      return named === undefined ? dynamoDb.getItem(input) : read(named)
    },
    putItem(input) {
      const named = writeIn(input)
      return named === undefined ? dynamoDb.putItem(input) : write(named)
    },
  }
}

/** What is to be read, where it is a whole item as it stands now. */
function readIn(input: GetItemCommandInput): Named | undefined {
  const { TableName: table, Key: item, ConsistentRead, ...more } = input
  const isPlain = ConsistentRead === true && Object.keys(more).length === 0
  return table !== undefined && item !== undefined && isPlain ? { table, item } : undefined
}

/** What is to be written, where it takes the place of whatever stands there. */
function writeIn(input: PutItemCommandInput): Named | undefined {
  const { TableName: table, Item: item, ...more } = input
  const isPlain = Object.keys(more).length === 0
  return table !== undefined && item !== undefined && isPlain ? { table, item } : undefined
}

/** An answer has items in any order, and none for what is not there. */
function readTogether(dynamoDb: DynamoDb): Together<Named, Answer> {
  return together({
    alone: ({ table, item }) =>
      dynamoDb.getItem({ TableName: table, Key: item, ConsistentRead: true }),
    async done(keys) {
      const RequestItems = byTable(keys, (Keys) => ({ Keys, ConsistentRead: true }))
      const { Responses = {}, UnprocessedKeys = {} } = await dynamoDb.batchGetItem({ RequestItems })
      const found = itemsIn(Responses, (items) => items)
      const left = itemsIn(UnprocessedKeys, ({ Keys = [] }) => Keys)
      return allBut(left, keys, (name) => {
        const Item = found.get(name)
        return Item === undefined ? {} : { Item }
      })
    },
  })
}

function writeTogether(dynamoDb: DynamoDb): Together<Named, unknown> {
  return together({
    alone: ({ table, item }) => dynamoDb.putItem({ TableName: table, Item: item }),
    async done(items) {
      const RequestItems = byTable(items, (all) => all.map((Item) => ({ PutRequest: { Item } })))
      const { UnprocessedItems = {} } = await dynamoDb.batchWriteItem({ RequestItems })
      const left = itemsIn(UnprocessedItems, (requests) =>
        requests.map(({ PutRequest }) => PutRequest?.Item ?? {}),
      )
      return allBut(left, items, () => undefined)
    },
  })
}

/** What came of those that are not left, by their places. */
function allBut<Output>(
  left: ReadonlyMap<string, unknown>,
  all: readonly Named[],
  outcomeOf: (name: string) => Output,
): ReadonlyMap<number, Output> {
  const names = all.map(nameOf).entries()
  return new Map(
    names.filter(([, name]) => !left.has(name)).map(([place, name]) => [place, outcomeOf(name)]),
  )
}

function byTable<Request>(
  all: readonly Named[],
  requestOf: (items: Record<string, AttributeValue>[]) => Request,
): Readonly<Record<string, Request>> {
  const tables = Map.groupBy(all, ({ table }) => table)
  return Object.fromEntries(
    [...tables].map(([table, its]) => [table, requestOf(its.map(({ item }) => item))]),
  )
}

/** Items of an answer by their names. */
function itemsIn<In>(
  tables: Readonly<Record<string, In>>,
  read: (value: In) => readonly Record<string, AttributeValue>[],
): ReadonlyMap<string, Record<string, AttributeValue>> {
  return new Map(
    Object.entries(tables).flatMap(([table, value]) =>
      read(value).map((item) => [nameOf({ table, item }), item] as const),
    ),
  )
}

function nameOf({ table, item }: Named): string {
  return JSON.stringify([table, item['pk']?.S, item['sk']?.S])
}
