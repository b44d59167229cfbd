import { expect, test } from 'vitest'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { mootReceipt } from './moot-receipt.ts'
import { type MootReceiptRow, writeMootReceipt } from './write-moot-receipt.ts'

const facts = {
  event: { key: 'k', type: 'app.offboarded', id: 'e', source: 's', time: '2026-01-02T03:04:05Z' },
  about: { client_id: 'mail' },
  letter: {
    queue: 'app-offboarded',
    message_id: 'm',
    reason: 'newer-than-event',
    redriven: 0,
    sent_at: '2026-01-02T03:04:05Z',
  },
  because: { client_gone: { looked_at: '2026-01-02T03:04:05Z' } },
  mayStillWork: [],
}

test('marks a receipt before it is written, once, and never changes it', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const ledger = memoryLedger<MootReceiptRow>(clock)
  const row = { workflow: 'dead-letter', event: 'k#m', pass: 'close' }
  const marks: object[] = []
  const mark = async (one: object) => {
    expect(await ledger.read(row)).toBeUndefined()
    marks.push(one)
  }
  const services = { ledger, clock, pendingReceipts: { mark } }
  const first = mootReceipt(facts, clock.now())
  await writeMootReceipt(first, services)
  clock.advance(60_000)
  await writeMootReceipt(mootReceipt(facts, clock.now()), services)

  expect(marks).toEqual([
    { row, at: Date.parse(first.closed_at), about: ['client:mail', 'event:e'] },
  ])
  expect((await ledger.read(row))?.row.receipt).toEqual(first)
})
