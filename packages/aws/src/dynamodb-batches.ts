import type {
  AttributeValue,
  GetItemCommandInput,
  PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { failureOf } from '@lapse/core/ports'
import type { DynamoDb } from './dynamodb-calls.ts'
import { gathered } from './gathered.ts'

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
  const read = gathered((keys: readonly Named[]) => readTogether(dynamoDb, keys), {
    most: most.reads,
    nameOf,
  })
  const write = gathered((items: readonly Named[]) => writeTogether(dynamoDb, items), {
    most: most.writes,
    nameOf,
  })
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
async function readTogether(
  dynamoDb: DynamoDb,
  keys: readonly Named[],
): Promise<readonly PromiseSettledResult<Answer>[]> {
  const alone = ({ table, item }: Named) =>
    dynamoDb.getItem({ TableName: table, Key: item, ConsistentRead: true })
  if (keys.length === 1) return Promise.allSettled(keys.map(alone))

  const RequestItems = Object.fromEntries(byTable(keys, (Keys) => ({ Keys, ConsistentRead: true })))
  const answer = await dynamoDb.batchGetItem({ RequestItems }).catch(unlessRefused)
  if (answer === undefined) return Promise.allSettled(keys.map(alone))

  const { Responses = {}, UnprocessedKeys = {} } = answer
  const found = new Map(namesIn(Responses, (items) => items))
  const left = new Map(namesIn(UnprocessedKeys, ({ Keys = [] }) => Keys))
  return Promise.allSettled(
    keys.map(async (key): Promise<Answer> => {
      const name = nameOf(key)
      if (left.has(name)) return alone(key)
      const Item = found.get(name)
      return Item === undefined ? {} : { Item }
    }),
  )
}

async function writeTogether(
  dynamoDb: DynamoDb,
  items: readonly Named[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const alone = ({ table, item }: Named) => dynamoDb.putItem({ TableName: table, Item: item })
  if (items.length === 1) return Promise.allSettled(items.map(alone))

  const RequestItems = Object.fromEntries(
    byTable(items, (all) => all.map((Item) => ({ PutRequest: { Item } }))),
  )
  const answer = await dynamoDb.batchWriteItem({ RequestItems }).catch(unlessRefused)
  if (answer === undefined) return Promise.allSettled(items.map(alone))

  const left = new Map(
    namesIn(answer.UnprocessedItems ?? {}, (requests) =>
      requests.map(({ PutRequest }) => PutRequest?.Item ?? {}),
    ),
  )
  return Promise.allSettled(
    items.map(async (item) => {
      if (left.has(nameOf(item))) await alone(item)
    }),
  )
}

/** What is wrong with one item is then said of that one; where nothing can be done, of all. */
function unlessRefused(error: unknown): undefined {
  if (failureOf(error) !== undefined) throw error
}

function byTable<Request>(
  all: readonly Named[],
  requestOf: (items: Record<string, AttributeValue>[]) => Request,
): readonly (readonly [string, Request])[] {
  const tables = Map.groupBy(all, ({ table }) => table)
  return [...tables].map(([table, its]) => [table, requestOf(its.map(({ item }) => item))])
}

function namesIn<In>(
  tables: Readonly<Record<string, In>>,
  itemsIn: (value: In) => readonly Record<string, AttributeValue>[],
) {
  return Object.entries(tables).flatMap(([table, value]) =>
    itemsIn(value).map((item) => [nameOf({ table, item }), item] as const),
  )
}

function nameOf({ table, item }: Named): string {
  return JSON.stringify([table, item['pk']?.S, item['sk']?.S])
}
