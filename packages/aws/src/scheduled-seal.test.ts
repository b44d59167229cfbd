import { type LogHead, type ReceiptMark, receiptId } from '@lapse/core/ports'
import { localSigner } from '@lapse/core/receipts-log'
import {
  logName,
  manualClock,
  memoryLedger,
  memoryLogBucket,
  memoryPendingReceipts,
  recordingLog,
  recordingMetrics,
  testLogKey,
} from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { scheduledSeal } from './scheduled-seal.ts'

const context = { getRemainingTimeInMillis: () => 60_000 }

function prepared({ batch = 10, ledger = memoryLedger<LogHead>() } = {}) {
  const clock = manualClock('2026-11-01T12:00:00.000Z')
  const pending = memoryPendingReceipts()
  const [log, metrics] = [recordingLog(), recordingMetrics()]
  const sealing = {
    ...{ pending, ledger, bucket: memoryLogBucket(), clock, batch, log, metrics },
    ...localSigner(logName, testLogKey('log')),
  }
  const add = async (event: string, receipt?: string) => {
    const mark: ReceiptMark = {
      row: { workflow: 'w', event, pass: 'first' },
      at: clock.now(),
      about: [],
    }
    await pending.mark(mark)
    if (receipt !== undefined) pending.close(receiptId(mark), receipt)
  }
  return { add, clock, log, metrics, run: () => scheduledSeal(async () => sealing)({}, context) }
}

test('counts a checkpoint, what was sealed and what is open, also where nothing happened', async () => {
  const { add, run, metrics } = prepared()
  await add('closed', '{"n":1}')
  await add('open')

  expect(await run()).toMatchObject({ outcome: 'sealed', size: 1, added: 1, open: 1, refused: 0 })
  expect(metrics.counts).toMatchObject({
    CheckpointsSigned: 1,
    ReceiptsSealed: 1,
    ReceiptsPending: 1,
    ReceiptsUnsealable: 0,
  })
  await run()
  expect(metrics.counts).toMatchObject({ CheckpointsSigned: 2, ReceiptsSealed: 1 })
})

test('names a receipt that can be no entry, and says nothing of what is in it', async () => {
  const { add, run, log, metrics } = prepared()
  await add('x', '{"canary":1,"canary":2}')
  const report = await run()

  expect(report).toMatchObject({ size: 0, refused: 1 })
  expect(metrics.counts).toMatchObject({ ReceiptsUnsealable: 1 })
  expect(JSON.stringify([report, log.lines])).not.toContain('canary')
  expect(log.lines).toMatchObject([
    { fields: { receipt_id: '2026-11-01T12:00:00.000Z#w#x#first', reason: 'not-canonical' } },
  ])
})

test('begins no batch that there is no time to publish, and leaves the rest to the next run', async () => {
  const { add, run, clock } = prepared({ batch: 2 })
  for (let number = 0; number < 6; number += 1) await add(`${number}`, `{"n":${number}}`)
  const slow = { getRemainingTimeInMillis: () => 60_000 }
  expect((await run()).size).toBe(6)

  for (let number = 6; number < 12; number += 1) await add(`${number}`, `{"n":${number}}`)
  const now = clock.now
  const times = { asked: 0 }
  clock.now = () => {
    times.asked += 1
    // Half of the time is over once the first batch is published.
    return now() + (times.asked > 3 ? slow.getRemainingTimeInMillis() : 0)
  }
  expect((await run()).size).toBe(8)
})

test('fails the invocation where the log cannot be published, and counts no checkpoint', async () => {
  const broken = memoryLedger<LogHead>()
  const ledger = { ...broken, write: () => Promise.reject(new Error('throttled')) }
  const { run, metrics } = prepared({ ledger: ledger as typeof broken })

  await expect(run()).rejects.toThrow('throttled')
  expect(metrics.counts).not.toHaveProperty('CheckpointsSigned')
})
