import { expect, test } from 'vitest'
import { rowRetentionMs } from '../ports/index.ts'
import { manualClock, memoryLedger, memoryPendingReceipts, recordingLog } from '../testing/index.ts'
import type { RotationReceiptRow } from './receipt.ts'
import type { RotationRow } from './row.ts'
import { writeReceipts } from './write-receipts.ts'

const movedAt = Date.parse('2026-11-01T12:00:00.000Z')
const row: RotationRow = {
  secretArn: 'arn:secret',
  clientId: 'c',
  versionId: 'new',
  previousVersionId: 'old',
  strategy: 'native',
  authMethod: 'client_secret_basic',
  algorithm: '',
  kids: [],
  phase: 'overlap',
  startedAt: movedAt - 1000,
  overlapMs: 3_600_000,
  pushes: 1,
  movedAt,
  retireAt: movedAt + 3_600_000,
}

function prepared(laterMs: number) {
  const clock = manualClock(new Date(movedAt + laterMs).toISOString())
  const receipts = memoryLedger<RotationReceiptRow>()
  const pendingReceipts = memoryPendingReceipts({ ledger: receipts, clock })
  return { clock, receipts, pendingReceipts, log: recordingLog() }
}

test('marks a receipt with the time of its writing, however late that is, and once', async () => {
  const services = prepared(5 * 60_000)
  await writeReceipts(row, services)
  services.clock.advance(1000)
  await writeReceipts(row, services)

  expect(services.pendingReceipts.marks).toEqual([
    {
      row: { workflow: 'secret-rotation', event: 'arn:secret#new', pass: 'rotate' },
      at: movedAt + 5 * 60_000,
      about: ['client:c', 'secret:arn:secret', 'event:new'],
    },
  ])
  const [pending] = await Array.fromAsync(services.pendingReceipts.list())
  expect(JSON.parse(pending?.receipt ?? '')).toEqual(services.receipts.rows[0]?.receipt)
})

test('writes nothing anew that went with its row: the log would hold it twice', async () => {
  const kept = prepared(rowRetentionMs - 1)
  const gone = prepared(rowRetentionMs)
  await writeReceipts(row, kept)
  await writeReceipts(row, gone)

  expect([kept.receipts.rows.length, gone.receipts.rows.length]).toEqual([1, 0])
  expect(gone.pendingReceipts.marks).toEqual([])
})
