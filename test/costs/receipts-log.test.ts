import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import type { ClosableRow, LogHead } from '@lapse/core/ports'
import { localSigner, seal } from '@lapse/core/receipts-log'
import { manualClock, memoryLogBucket, testLogKey } from '@lapse/core/testing'
import { startLocal } from '@lapse/local'
import { expect, test } from 'vitest'
import { type Metered, meteredDynamoDb } from '../bench/metered-dynamodb.ts'
import { sizeOf } from './event-costs.ts'

/** At a million users a month, so many come between two runs of the sealer. */
const users = 116

/** So many runs look at a mark until its time is over. */
const runs = 6

const minute = 60_000
const hex = () => randomBytes(32).toString('hex')

/** A receipt is as large as one of a user's on the bench. */
const receiptOf = (closed_at: string) => ({ closed_at, rest: randomBytes(1500).toString('hex') })

/** What marking, indexing and sealing take for a user, with both passes. */
async function measured() {
  const local = await startLocal({ functions: [], directFunctions: [], schedules: [] })
  const table = await meteredDynamoDb(local.endpoints.dynamoDb)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  // What is asked for again counts again: nothing is, on a slow machine either.
  const limits = { connectMs: 60_000, answerMs: 60_000, attempts: 1, callMs: 60_000 }
  const config = { endpoint: table.endpoint, region: 'us-east-1', credentials, limits }
  const clock = manualClock('2026-11-01T12:00:00.000Z')
  const pending = dynamoDbPendingReceipts('lapse-ledger', clock, config)
  const rows = dynamoDbLedger<ClosableRow>('lapse-ledger', clock, config)
  const services = {
    ...{ pending, clock, batch: 1000, bucket: memoryLogBucket() },
    ledger: dynamoDbLedger<LogHead>('lapse-ledger', clock, config),
    ...localSigner('lapse/test/ory', testLogKey('log')),
  }
  await seal(services)
  table.take()
  const marking: Metered[] = []
  for (let user = 0; user < users; user += 1) {
    const [event, about] = [hex(), [`subject:${hex()}`, `event:${hex().slice(0, 36)}`]]
    for (const pass of ['first', 'follow-up']) {
      clock.advance(1)
      const row = { workflow: 'user-deleted', event, pass }
      await pending.mark({ row, at: clock.now(), about })
      marking.push(...table.take())
      const receipt = receiptOf(new Date(clock.now()).toISOString())
      await rows.write(row, { receipt }, 0, undefined)
      table.take()
    }
  }
  for (let run = 0; run < runs; run += 1) {
    clock.advance(5 * minute)
    await seal(services)
  }
  const sealing = table.take()
  const dynamoDb = new DynamoDBClient({ ...config, endpoint: local.endpoints.dynamoDb })
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: 'lapse-ledger' }))
  dynamoDb.destroy()
  table.stop()
  await local.stop()
  const isIts = ({ pk }: Readonly<Record<string, AttributeValue>>) => pk?.S?.startsWith('receipts')
  const units = (calls: readonly Metered[], kind: Metered['kind']) =>
    calls.filter((call) => call.kind === kind).reduce((sum, call) => sum + call.units, 0) / users
  return {
    marks: units(marking, 'write'),
    settles: units(sealing, 'write'),
    reads: units(sealing, 'read'),
    kilobytes: sizeOf(Items.filter(isIts)) / users / 1000,
  }
}

test('the log and its indexes take at most 6 write units and 4 USD per million users', async () => {
  const { marks, settles, reads, kilobytes } = await measured()
  // By itself a user has two runs to themselves: each settles with one unit.
  const alone = marks + 2
  const usd = (marks + settles) * 0.625 + reads * 0.125 + kilobytes * 2 * 0.45

  expect(alone).toBeLessThanOrEqual(6)
  expect(usd).toBeLessThanOrEqual(4)
  const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')
  expect(page).toContain(
    `a user's two passes take ${marks} write units for marks and index, ${settles.toFixed(1)} for what is settled and ${reads.toFixed(1)} read units for sealing, and ${kilobytes.toFixed(1)} KB for 60 days: ${usd.toFixed(2)} USD per million`,
  )
})
