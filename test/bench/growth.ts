import { randomUUID } from 'node:crypto'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { parseAppOffboarded } from '@lapse/core/events'
import { expectedPass } from '@lapse/core/run'
import { offboarding } from '@lapse/core/workflows'
import { startLocal } from '@lapse/local'
import { contentOf, entryKey } from '../../packages/aws/src/follow-up-items.ts'
import type { Measured, Ratio } from './measured.ts'
import { meteredDynamoDb } from './metered-dynamodb.ts'
import { eventBody, offboardingSettings, writeUnitsStage } from './write-units-stage.ts'

const year = 365 * 24 * 3_600_000
const manyOpen = 100_000

/** Calls of DynamoDB. */
interface Asked {
  readonly sweep: number
  readonly app: number
}

/** What a sweep and an app.offboarded ask of the ledger, without and with many open follow-ups. */
export async function benchGrowth(): Promise<Measured> {
  const local = await startLocal({ functions: [] })
  const table = await meteredDynamoDb(local.endpoints.dynamoDb)
  // Rows that there is one of for good are made by the first.
  await askedAt(table)
  const few = await askedAt(table)
  await plant(local.endpoints.dynamoDb)
  const many = await askedAt(table)
  table.stop()
  await local.stop()
  const rows = [
    { what: 'a sweep', before: few.sweep, after: many.sweep },
    { what: 'an app.offboarded', before: few.app, after: many.app },
  ]
  return {
    tables: [
      {
        title: `Growth: calls of the ledger with ${manyOpen.toLocaleString('en')} open follow-ups`,
        rows: [
          ['', 'with none', `with ${manyOpen.toLocaleString('en')}`],
          ...rows.map(({ what, before, after }) => [what, String(before), String(after)]),
        ],
      },
    ],
    ratios: rows.map(({ what, before, after }) => ratio(what, after / before)),
  }
}

function ratio(what: string, value: number): Ratio {
  const of = `calls of the ledger by ${what}, many follow-ups ÷ none`
  return { of, value, from: value, to: value, target: { atMost: 1 } }
}

async function askedAt(table: Awaited<ReturnType<typeof meteredDynamoDb>>): Promise<Asked> {
  const { server, queue, work, sweepDue } = writeUnitsStage(table.endpoint)
  table.take()
  server.state.clients.set('app-1', { client_id: 'app-1', created_at: '2025-01-01T00:00:00Z' })
  const data = { client_id: 'app-1', mode: 'delete' }
  await queue.send({ body: eventBody('app.offboarded', data), attributes: {} })
  await work({
    parse: parseAppOffboarded,
    workflow: (event) => offboarding(event, offboardingSettings),
  })
  const app = table.take().length
  await sweepDue()
  return { sweep: table.take().length, app }
}

/** Watches over passes that are due in a year, as the ledger keeps them. */
async function plant(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const dynamoDb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  for (let left = manyOpen; left > 0; left -= 25) {
    const puts = Array.from({ length: Math.min(25, left) }, () => {
      const event = randomUUID()
      const watch = {
        id: `${expectedPass} user-deleted ${event}`,
        kind: expectedPass,
        dueAt: Date.now() + 10 * year,
        data: { workflow: 'user-deleted', event, pass: 'follow-up' },
        forgotten: true as const,
      }
      return { PutRequest: { Item: { ...entryKey(watch), ...contentOf(watch) } } }
    })
    const RequestItems = { 'lapse-ledger': puts }
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems }))
  }
  dynamoDb.destroy()
}
