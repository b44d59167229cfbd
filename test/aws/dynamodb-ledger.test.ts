import { randomUUID } from 'node:crypto'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ConfigError, LedgerConflictError } from '@lapse/core/errors'
import { manualClock } from '@lapse/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAws } from './aws.ts'
import { startLossyProxy } from './lossy-proxy.ts'

let aws: Awaited<ReturnType<typeof startAws>>
const clock = manualClock('2026-01-02T03:04:05Z')
const now = () => Math.floor(clock.now() / 1000)

beforeAll(async () => {
  aws = await startAws()
})

afterAll(() => aws.stop())

interface Row {
  readonly text: string
}

const ledgerOf = (table = 'lapse-ledger') =>
  dynamoDbLedger<Row>(table, clock, aws.config('dynamoDb'))

const newKey = () => ({ workflow: 'user-deleted', event: randomUUID(), pass: 'first' })

test('reads nothing where nothing was written', async () => {
  expect(await ledgerOf().read(newKey())).toBeUndefined()
})

test('reads back what was written, with its version', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]

  expect(await ledger.write(key, { text: 'one' }, 0, undefined)).toBe(1)
  expect(await ledger.write(key, { text: 'two' }, 1, undefined)).toBe(2)
  expect(await ledger.read(key)).toEqual({ row: { text: 'two' }, version: 2 })
})

test('keeps passes and events apart', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  await ledger.write(key, { text: 'first' }, 0, undefined)

  expect(await ledger.read({ ...key, pass: 'follow-up' })).toBeUndefined()
})

test('refuses a writer who read an older version', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  await ledger.write(key, { text: 'one' }, 0, undefined)

  await expect(ledger.write(key, { text: 'late' }, 0, undefined)).rejects.toThrow(
    LedgerConflictError,
  )
  await ledger.write(key, { text: 'two' }, 1, undefined)
  await expect(ledger.write(key, { text: 'late' }, 1, undefined)).rejects.toThrow(
    LedgerConflictError,
  )
  expect(await ledger.read(key)).toEqual({ row: { text: 'two' }, version: 2 })
})

test('lets one of ten writers at the same time win', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  const writes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => ledger.write(key, { text: `${n}` }, 0, undefined)),
  )

  expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await ledger.read(key))?.version).toBe(1)
})

test('takes its own write for done when only the answer was lost', async () => {
  const proxy = await startLossyProxy(aws.endpoints.dynamoDb)
  const ledger = dynamoDbLedger<Row>('lapse-ledger', clock, {
    ...aws.config('dynamoDb'),
    endpoint: proxy.endpoint,
  })
  const key = newKey()
  proxy.loseNext(1)

  expect(await ledger.write(key, { text: 'one' }, 0, undefined)).toBe(1)
  expect(proxy.lost()).toBe(1)
  expect(await ledger.read(key)).toEqual({ row: { text: 'one' }, version: 1 })
  await proxy.stop()
})

test('counts a row past its expiry as gone, though DynamoDB still has it', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  await ledger.write(key, { text: 'old' }, 0, now() + 60)

  expect(await ledger.read(key)).toBeDefined()
  clock.advance(60_000)
  expect(await ledger.read(key)).toBeUndefined()
  expect(await ledger.write(key, { text: 'new' }, 0, undefined)).toBe(1)
  expect(await ledger.read(key)).toEqual({ row: { text: 'new' }, version: 1 })
})

test('calls a missing table what it is: our own mistake', async () => {
  const failure = await ledgerOf('no-such-table')
    .read(newKey())
    .catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/table no-such-table/)
})
