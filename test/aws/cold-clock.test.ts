import { measuredClock } from '@lapse/aws/measured-clock'
import { deliver } from '@lapse/core/delivery'
import type { Clock, Ledger } from '@lapse/core/ports'
import type { Receipt, WorkflowRow } from '@lapse/core/run'
import { memoryWorker, stillWorkflow } from '@lapse/core/testing'
import { expect, test } from 'vitest'

const minute = 60_000

/** The receipt of the first message of a function whose machine's clock is ahead by so much, or behind. */
async function receiptOfColdStart(aheadMs: number): Promise<{ receipt?: Receipt; now: number }> {
  const { worker, ledger, clock: time } = memoryWorker(stillWorkflow(async () => undefined))
  const local: Clock = { now: () => time.now() + aheadMs }
  const clock = measuredClock(local)
  const answered = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    const sentAt = local.now()
    time.advance(4)
    const date = new Date(time.now()).toUTCString()
    clock.hear({ date, sentAt, receivedAt: local.now() })
    return asked
  }
  const heard: Ledger<WorkflowRow> = {
    read: (key) => answered(ledger.read(key)),
    write: (...parameters) => answered(ledger.write(...parameters)),
  }
  const services = { ...(await worker.services()), ledger: heard, clock }
  const message = { messageId: 'm-1', body: 'alice', attributes: {}, receiveCount: 1 }
  const deadline = clock.now() + 60 * minute
  await deliver(message, { deadline }, { ...worker, clock, services: async () => services })
  const [row] = ledger.rows
  return { now: time.now(), ...(row?.receipt && { receipt: row.receipt }) }
}

test.each([-20, 20, 0])(
  'every time of a receipt is right that a cold start writes with a clock %d minutes ahead',
  async (minutes) => {
    const { receipt, now } = await receiptOfColdStart(minutes * minute)
    const [attempt] = receipt?.attempts ?? []
    const times = [receipt?.opened_at, attempt?.started_at, attempt?.ended_at, receipt?.closed_at]
    const off = times.map((time) => Math.abs(Date.parse(time ?? '') - now))

    expect(Math.max(...off)).toBeLessThan(1000)
  },
)
