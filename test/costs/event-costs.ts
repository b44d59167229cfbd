import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { parseAppOffboarded, parseUserDeleted } from '@lapse/core/events'
import { offboarding, userDeleted } from '@lapse/core/workflows'
import { type Metered, meteredDynamoDb } from '../bench/metered-dynamodb.ts'
import {
  deletionSettings,
  eventBody,
  offboardingSettings,
  writeUnitsStage,
} from '../bench/write-units-stage.ts'

/** What one event took, from its message to its last receipt. */
export interface EventCost {
  /** Sends, the first one included; receives and deletes, one of each for a delivery. */
  readonly sends: number
  readonly deliveries: number
  readonly oryCalls: number
  readonly writes: number
  readonly writeUnits: number
  readonly reads: number
  readonly readUnits: number
  /** Of all that is left in the ledger, as DynamoDB counts items. */
  readonly bytes: number
  /** How long the last of it is kept. */
  readonly days: number
}

type Stage = ReturnType<typeof writeUnitsStage>

const day = 86_400_000

/** Counts what events cost on the real ledger over the DynamoDB at an endpoint. */
export async function costsAt(endpoint: string) {
  const table = await meteredDynamoDb(endpoint)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const dynamoDb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  const kept = async () =>
    (await dynamoDb.send(new ScanCommand({ TableName: 'lapse-ledger' }))).Items ?? []

  async function measure(play: (stage: Stage) => Promise<number>): Promise<EventCost> {
    const stage = writeUnitsStage(table.endpoint)
    const counted = { sends: 0 }
    const send = stage.queue.send.bind(stage.queue)
    stage.queue.send = async (message) => {
      counted.sends += 1
      await send(message)
    }
    const before = sizeOf(await kept())
    table.take()
    const deliveries = await play(stage)
    const own = table.take()
    const oryCalls = stage.asked.calls
    const endedAt = stage.clock.now()
    // The sweep reads for all events together; what it writes is this event's.
    await stage.sweepDue()
    const writes = [...own, ...table.take()].filter(({ kind }) => kind === 'write')
    const reads = own.filter(({ kind }) => kind === 'read')
    const items = await kept()
    const expiries = items.map((item) => Number(item['expires_at']?.N ?? 0) * 1000)
    return {
      ...counted,
      deliveries,
      oryCalls,
      writes: writes.length,
      writeUnits: unitsOf(writes),
      reads: reads.length,
      readUnits: unitsOf(reads),
      bytes: sizeOf(items) - before,
      days: Math.round((Math.max(...expiries) - endedAt) / day),
    }
  }

  return {
    /** A user of so many sessions, with both passes and the end of the watch over the second. */
    userDeleted: (sessions: number) =>
      measure(async ({ server: { state }, queue, work }) => {
        for (const sid of Array.from({ length: sessions }, (_, n) => `sid-${n}`)) {
          state.sessions.set(sid, 'user-1')
          state.consents.push({ subject: 'user-1', clientId: 'app-1', sid, isListed: true })
        }
        await queue.send({ body: eventBody('user.deleted', { subject: 'user-1' }), attributes: {} })
        return work({ parse: parseUserDeleted, workflow: () => userDeleted(deletionSettings) })
      }),
    /** An app that is deleted, without issuers or secrets. */
    appOffboarded: () =>
      measure(async ({ server: { state }, queue, work }) => {
        const created_at = '2025-01-01T00:00:00Z'
        state.clients.set('app-1', { client_id: 'app-1', created_at })
        const data = { client_id: 'app-1', mode: 'delete' }
        await queue.send({ body: eventBody('app.offboarded', data), attributes: {} })
        return work({
          parse: parseAppOffboarded,
          workflow: (event) => offboarding(event, offboardingSettings),
        })
      }),
    stop() {
      table.stop()
      dynamoDb.destroy()
    },
  }
}

function unitsOf(calls: readonly Metered[]): number {
  return calls.reduce((sum, { units }) => sum + units, 0)
}

type Item = Readonly<Record<string, AttributeValue>>

/** Names and values; 100 bytes on top of each item are stored for its index. */
export function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + 100 + membersSize(item), 0)
}

function membersSize(members: Item): number {
  return Object.entries(members).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value),
    0,
  )
}

/** A number takes half a byte for each digit, and a byte; a list or map three, and one for each. */
function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.B !== undefined) return value.B.byteLength
  if (value.BOOL !== undefined) return 1
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1
  const inner = value.M === undefined ? (value.L ?? []) : Object.values(value.M)
  const own = value.M === undefined ? inner.map(valueSize) : [membersSize(value.M)]
  return inner.length === 0 ? 1 : 3 + inner.length + own.reduce((sum, size) => sum + size, 0)
}
