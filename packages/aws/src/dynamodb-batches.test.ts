import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inBatches } from './dynamodb-batches.ts'
import type { DynamoDb } from './dynamodb-calls.ts'

type Item = Record<string, AttributeValue>
type Fate = 'done' | 'unprocessed'

const TableName = 'ledger'
const turn = () => new Promise((resolve) => setImmediate(resolve))
const named = (name: string, error = new Error(name)) => Object.assign(error, { name })
const keyOf = ({ pk, sk }: Item) => JSON.stringify([pk?.S, sk?.S])
const itemOf = (pk: string, value = '') => ({ pk: { S: pk }, sk: { S: '-' }, value: { S: value } })
const read = (pk: string) => ({
  TableName,
  Key: { pk: { S: pk }, sk: { S: '-' } },
  ConsistentRead: true,
})

/** A table of which every call is told; items of a batch have a fate, and what is bad is refused. */
function tableOf(fateOf: (key: string) => Fate = () => 'done') {
  const items = new Map<string, Item>()
  const called: string[] = []
  const written = (item: Item) => {
    if (item['value']?.S === 'bad') throw named('ValidationException')
    if (item['value']?.S === 'denied') throw named('AccessDeniedException')
    items.set(keyOf(item), item)
  }
  const call =
    <Input, Output>(name: string, answer: (input: Input) => Output) =>
    async (input: Input) => {
      called.push(name)
      await turn()
      return answer(input)
    }
  const isDone = (item: Item) => fateOf(keyOf(item)) === 'done'
  const unused = async () => {
    throw new Error('not used here')
  }
  const dynamoDb: DynamoDb = {
    getItem: call('GetItem', ({ Key = {} }) => {
      const found = items.get(keyOf(Key))
      return found === undefined ? {} : { Item: found }
    }),
    putItem: call('PutItem', ({ Item = {} }) => written(Item)),
    batchGetItem: call('BatchGetItem', ({ RequestItems = {} }) => {
      const { Keys = [] } = RequestItems[TableName] ?? {}
      if (new Set(Keys.map(keyOf)).size < Keys.length) throw named('ValidationException')
      const found = Keys.filter(isDone)
        .map((Key) => items.get(keyOf(Key)))
        .filter((item) => item !== undefined)
      const left = Keys.filter((Key) => !isDone(Key))
      return {
        Responses: { [TableName]: found.toReversed() },
        UnprocessedKeys: left.length === 0 ? {} : { [TableName]: { Keys: left } },
      }
    }),
    batchWriteItem: call('BatchWriteItem', ({ RequestItems = {} }) => {
      const puts = (RequestItems[TableName] ?? []).map(({ PutRequest }) => PutRequest?.Item ?? {})
      if (new Set(puts.map(keyOf)).size < puts.length) throw named('ValidationException')
      if (puts.length > 25) throw named('ValidationException')
      const before = new Map(items)
      try {
        for (const item of puts) if (isDone(item)) written(item)
      } catch (error) {
        items.clear()
        for (const [key, item] of before) items.set(key, item)
        throw error
      }
      const left = puts.filter((item) => !isDone(item)).map((Item) => ({ PutRequest: { Item } }))
      return { UnprocessedItems: left.length === 0 ? {} : { [TableName]: left } }
    }),
    updateItem: unused,
    deleteItem: unused,
    query: unused,
  }
  return { dynamoDb, items, called }
}

test('reads and writes together what is asked for at the same time', async () => {
  const { dynamoDb, called } = tableOf()
  const batched = inBatches(dynamoDb)
  await Promise.all(
    ['1', '2', '3'].map((pk) => batched.putItem({ TableName, Item: itemOf(pk, pk) })),
  )
  const found = await Promise.all(['3', '4', '1'].map((pk) => batched.getItem(read(pk))))

  expect(called).toEqual(['BatchWriteItem', 'BatchGetItem'])
  expect(found.map(({ Item }) => Item?.['value']?.S)).toEqual(['3', undefined, '1'])
})

test('leaves what has a condition, or is not a plain read, as it is', async () => {
  const { dynamoDb, called } = tableOf()
  const batched = inBatches(dynamoDb)
  const ConditionExpression = 'attribute_not_exists(pk)'
  const eventually = { ...read('1'), ConsistentRead: false }
  await Promise.all(
    ['1', '2'].map((pk) => batched.putItem({ TableName, Item: itemOf(pk), ConditionExpression })),
  )
  await Promise.all([batched.getItem(eventually), batched.getItem(eventually)])

  expect(called).toEqual(['PutItem', 'PutItem', 'GetItem', 'GetItem'])
})

test('tells an item that is refused of itself, and writes the others', async () => {
  const { dynamoDb, items } = tableOf()
  const batched = inBatches(dynamoDb)
  const written = await Promise.allSettled([
    batched.putItem({ TableName, Item: itemOf('1') }),
    batched.putItem({ TableName, Item: itemOf('2', 'bad') }),
  ])

  expect(written).toMatchObject([
    { status: 'fulfilled' },
    { reason: { name: 'ValidationException' } },
  ])
  expect([...items.keys()]).toEqual([keyOf(itemOf('1'))])
})

test('tells everybody where nothing may be written, and does not ask again', async () => {
  const { dynamoDb, called } = tableOf()
  const batched = inBatches(dynamoDb)
  const written = await Promise.allSettled([
    batched.putItem({ TableName, Item: itemOf('1', 'denied') }),
    batched.putItem({ TableName, Item: itemOf('2') }),
  ])

  const refused = { reason: { name: 'AccessDeniedException' } }
  expect(written).toMatchObject([refused, refused])
  expect(called).toEqual(['BatchWriteItem'])
})

test('does what was asked, whatever comes together and whatever is left unprocessed', async () => {
  const asked = fc.record({
    pk: fc.constantFrom('1', '2', '3', '4', '5'),
    isWrite: fc.boolean(),
    isBad: fc.boolean(),
    isAfter: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(asked, { maxLength: 60 }),
      fc.subarray(['1', '2', '3', '4', '5']),
      async (all, left) => {
        const names = new Set(left.map((pk) => keyOf(itemOf(pk))))
        const { dynamoDb, items } = tableOf((key) => (names.has(key) ? 'unprocessed' : 'done'))
        const batched = inBatches(dynamoDb)
        const puts = new Map<string, Promise<boolean>[]>()
        const reads: Promise<boolean>[] = []
        for (const { pk, isWrite, isBad, isAfter } of all) {
          if (isWrite) {
            const put = batched.putItem({ TableName, Item: itemOf(pk, isBad ? 'bad' : 'good') })
            const isAsItShouldBe = put.then(
              () => !isBad,
              () => isBad,
            )
            puts.set(pk, [...(puts.get(pk) ?? []), isAsItShouldBe])
          } else
            reads.push(
              batched.getItem(read(pk)).then(({ Item = itemOf(pk) }) => Item['pk']?.S === pk),
            )
          if (isAfter) await turn()
        }

        expect(await Promise.all([...puts.values()].flat().concat(reads))).not.toContain(false)
        const good = all.filter(({ isWrite, isBad }) => isWrite && !isBad).map(({ pk }) => pk)
        expect(new Set(items.keys())).toEqual(new Set(good.map((pk) => keyOf(itemOf(pk)))))
      },
    ),
    { numRuns: 50 },
  )
})
