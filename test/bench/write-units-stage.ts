import { randomUUID } from 'node:crypto'
import { dynamoDbLedger } from '@lapse/aws/dynamodb-ledger'
import { dynamoDbFollowUps } from '@lapse/aws/follow-ups'
import { dynamoDbPendingReceipts } from '@lapse/aws/pending-receipts'
import { deliver, type Worker } from '@lapse/core/delivery'
import type { TrustedKeyRow } from '@lapse/core/issuers'
import type { LeaseRow } from '@lapse/core/leases'
import { createOry } from '@lapse/core/ory'
import type { RotationRow } from '@lapse/core/rotation'
import { expectedPass, type WorkflowEvent, type WorkflowRow } from '@lapse/core/run'
import { inspections, passExecute, sweep } from '@lapse/core/sweep'
import {
  manualClock,
  memorySecretVersions,
  recordingLog,
  recordingMetrics,
  unprotected,
} from '@lapse/core/testing'
import type { ResetRow } from '@lapse/core/workflows'
import {
  type KeyHistoryRow,
  type KeyRotatedServices,
  type NewestRow,
  type OffboardingServices,
  retireKeys,
  retireKeysKind,
} from '@lapse/core/workflows'
import { virtualQueue } from '../faults/virtual-queue.ts'
import { memoryDispatcher } from '../faults/whole/memory-dispatcher.ts'
import { memoryOry } from '../faults/whole/memory-ory.ts'

type AllServices = OffboardingServices & KeyRotatedServices

type Work<Event extends WorkflowEvent, Observation> = Pick<
  Worker<Event, Observation, AllServices>,
  'parse' | 'workflow'
>

/** Of the five calls that are made at a time each takes a fifth of a slow tenth of a second. */
const millisecondsPerCall = 20

const minute = 60_000
const day = 24 * 60 * minute

/** What workflows are told; what is protected is no part of a cost. */
export const deletionSettings = { followUpAfterMs: 31 * minute, accessTokenLifespanMs: 60 * minute }
export const offboardingSettings = {
  ...unprotected,
  accessTokenLifespanMs: 60 * minute,
  secretRecoveryDays: 30,
}

/** An event as it stands on a queue. */
export const eventBody = (type: string, data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id: randomUUID(),
    source: 'https://accounts.example',
    type,
    time: '2026-01-02T03:04:00Z',
    data,
  })

/** What an event costs: the real ledger over DynamoDB, the real client over an Ory in memory. */
export function writeUnitsStage(endpoint: string) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const server = memoryOry(clock.now)
  const asked = { calls: 0 }
  const dispatcher = memoryDispatcher(async ({ method, path, body }) => {
    asked.calls += 1
    clock.advance(millisecondsPerCall)
    return server.answer(method, path, body)
  })
  const ory = createOry({ adminUrl: 'http://ory.test', dispatcher, maxPages: 10_000 })
  const queue = virtualQueue(clock)
  const log = recordingLog()
  const metrics = recordingMetrics()
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
  const rows = <Row>() => dynamoDbLedger<Row>('lapse-ledger', clock, config)
  const services: AllServices = {
    ory,
    ledger: rows<WorkflowRow>(),
    leases: rows<LeaseRow>(),
    newest: rows<NewestRow>(),
    resets: rows<ResetRow>(),
    rotations: rows<RotationRow>(),
    trustedKeys: rows<TrustedKeyRow>(),
    keyHistories: rows<KeyHistoryRow>(),
    followUps: dynamoDbFollowUps('lapse-ledger', clock, config),
    pendingReceipts: dynamoDbPendingReceipts('lapse-ledger', clock, config),
    secrets: memorySecretVersions(clock),
    ledgerKey: new Uint8Array(32).fill(1),
    clock,
    log,
    metrics,
  }
  const allowance = () => ({ deadline: clock.now() + 57_000 })

  /** Delivers what can be received until nothing is left; `most` bounds it. */
  async function work<Event extends WorkflowEvent, Observation>(
    { parse, workflow }: Work<Event, Observation>,
    most = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const worker = {
      parse,
      workflow,
      outbox: queue,
      services: async () => services,
      clock,
      log,
      metrics,
    }
    let delivered = 0
    for (; !queue.isEmpty() && delivered < most; delivered += 1) {
      queue.waitForNext()
      const [message] = queue.visible()
      if (message === undefined) break
      queue.take(message.messageId)
      const kept = await deliver(message, allowance(), worker)
      if (kept === 'retry')
        throw new Error(`left on its queue: ${JSON.stringify(log.lines.at(-1))}`)
    }
    if (queue.deadLetters.length > 0)
      throw new Error(`on the DLQ: ${JSON.stringify(queue.deadLetters[0]?.attributes)}`)
    return delivered
  }

  /** What is due in a day is done. */
  async function sweepDue(): Promise<void> {
    clock.advance(day)
    const settings = { ...unprotected, accessTokenLifespanMs: 60 * minute }
    const { failed } = await sweep(
      {
        ...services,
        executes: {
          [expectedPass]: passExecute(services),
          [retireKeysKind]: async (followUp, time) =>
            (await retireKeys(followUp, services, settings, time)).receipt.result,
        },
        inspections: inspections({ ...services, ...unprotected }),
      },
      { deadline: clock.now() + 14 * minute },
    )
    if (failed.length > 0) throw new Error(`a sweep failed: ${JSON.stringify(failed)}`)
  }

  return { clock, server, queue, asked, log, work, sweepDue }
}
