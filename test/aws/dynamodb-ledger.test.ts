import { randomUUID } from 'node:crypto'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { ConfigError, LedgerConflictError } from '@lapse/core/errors'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { localAws } from './aws.ts'
import { startLossyProxy } from './lossy-proxy.ts'

const aws = localAws()
const clock = manualClock('2026-01-02T03:04:05Z')
const now = () => Math.floor(clock.now() / 1000)

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

  const first = await ledger.write(key, { text: 'one' }, 0, undefined)
  expect(await ledger.write(key, { text: 'two' }, first, undefined)).toBe(first + 1)
  expect(await ledger.read(key)).toEqual({ row: { text: 'two' }, version: first + 1 })
})

test('reads back a row that is long', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  const row = { text: 'ünd sö weiter '.repeat(1000) }
  await ledger.write(key, row, 0, undefined)

  expect((await ledger.read(key))?.row).toEqual(row)
})

test('keeps passes and events apart', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  await ledger.write(key, { text: 'first' }, 0, undefined)

  expect(await ledger.read({ ...key, pass: 'follow-up' })).toBeUndefined()
})

test('refuses a writer who read an older version', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  const first = await ledger.write(key, { text: 'one' }, 0, undefined)

  await expect(ledger.write(key, { text: 'late' }, 0, undefined)).rejects.toThrow(
    LedgerConflictError,
  )
  await ledger.write(key, { text: 'two' }, first, undefined)
  await expect(ledger.write(key, { text: 'late' }, first, undefined)).rejects.toThrow(
    LedgerConflictError,
  )
  expect(await ledger.read(key)).toEqual({ row: { text: 'two' }, version: first + 1 })
})

test('lets one of ten writers at the same time win', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  const writes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => ledger.write(key, { text: `${n}` }, 0, undefined)),
  )

  expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const won = writes.findIndex(({ status }) => status === 'fulfilled')
  expect((await ledger.read(key))?.row).toEqual({ text: `${won}` })
})

/** A ledger whose requests are seen, and whose answers can be lost. */
async function proxied() {
  const proxy = await startLossyProxy(aws.endpoints.dynamoDb)
  const config = { ...aws.config('dynamoDb'), endpoint: proxy.endpoint }
  return { ...proxy, ledger: dynamoDbLedger<Row>('lapse-ledger', clock, config) }
}

test('takes its own write for done when only the answer was lost', async () => {
  const { ledger, loseNext, lost, stop } = await proxied()
  const key = newKey()
  loseNext(1)
  const version = await ledger.write(key, { text: 'one' }, 0, undefined)

  expect(lost()).toBe(1)
  expect(await ledger.read(key)).toEqual({ row: { text: 'one' }, version })
  await stop()
})

test('reads what was written last, never a copy that may be older', async () => {
  const { ledger, asked, loseNext, stop } = await proxied()
  const key = newKey()
  await ledger.read(key)
  loseNext(1)
  await ledger.write(key, { text: 'one' }, 0, undefined)
  await stop()

  expect(asked.map(({ operation }) => operation)).toEqual([
    'GetItem',
    'PutItem',
    'PutItem',
    'GetItem',
  ])
  const reads = asked.filter(({ operation }) => operation === 'GetItem')
  expect(reads.map(({ input }) => input['ConsistentRead'])).toEqual([true, true])
})

test('counts a row past its expiry as gone, though DynamoDB still has it', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  await ledger.write(key, { text: 'old' }, 0, now() + 60)

  expect(await ledger.read(key)).toBeDefined()
  clock.advance(60_000)
  expect(await ledger.read(key)).toBeUndefined()
  const version = await ledger.write(key, { text: 'new' }, 0, undefined)
  expect(await ledger.read(key)).toEqual({ row: { text: 'new' }, version })
})

test('never gives a version twice, though a row expires and is written anew', async () => {
  const [ledger, key] = [ledgerOf(), newKey()]
  const old = await ledger.write(key, { text: 'old' }, 0, now() + 60)
  clock.advance(60_000)
  await ledger.write(key, { text: 'new' }, 0, undefined)

  await expect(ledger.write(key, { text: 'late' }, old, undefined)).rejects.toThrow(
    LedgerConflictError,
  )
})

test('calls a missing table what it is: our own mistake', async () => {
  const failure = await ledgerOf('no-such-table')
    .read(newKey())
    .catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ConfigError)
  expect(String(failure)).toMatch(/table no-such-table/)
})
