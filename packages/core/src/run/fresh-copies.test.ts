import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliver } from '../delivery/index.ts'
import { LedgerConflictError, OryTransportError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ports/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import type { WorkflowRow } from './row.ts'
import type { Step } from './step.ts'

const asking: Step = {
  key: 'ask',
  call: { op: 'queue.send', params: { body: 'asked' } },
  by: 'body',
  ends: [{ what: 'nothing', evidence: 'requested' }],
}

/** What becomes of a write: `taken-over` is one whose answer is lost, and others have written since. */
const fates = ['done', 'done', 'done', 'not-done', 'lost', 'taken-over', 'dies'] as const
type Fate = (typeof fates)[number]

const delivery = fc.record({
  isFresh: fc.boolean(),
  isOryDown: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
  writes: fc.array(fc.constantFrom<Fate>(...fates), { minLength: 4, maxLength: 4 }),
})
type Delivery = typeof delivery extends fc.Arbitrary<infer Value> ? Value : never

/** A world in which copies of one event are delivered, fresh as far as SQS can say or not. */
function world(scheduler: fc.Scheduler) {
  const done = { closes: 0, steps: 0 }
  const wrongs: string[] = []
  const made = memoryWorker(stillWorkflow())
  const { clock, ledger: kept } = made
  const row = () => kept.rows[0]

  function ledgerOf(fates: readonly Fate[], own: { version: number }): Ledger<WorkflowRow> {
    const left = [...fates]
    return {
      async read(key) {
        await scheduler.schedule(Promise.resolve())
        return kept.read(key)
      },
      async write(key, change, ...rest) {
        await scheduler.schedule(Promise.resolve())
        const fate = left.shift() ?? 'done'
        if (fate === 'not-done') throw new UnavailableError('the table', 'throttled')
        const version = await kept.write(key, change, ...rest)
        if (change.receipt !== undefined) done.closes += 1
        if (fate === 'dies') return new Promise(() => undefined)
        if (fate === 'lost') throw new UnavailableError('the table', 'timeout')
        await scheduler.schedule(Promise.resolve())
        if (fate === 'taken-over' && (await kept.read(key))?.version !== version)
          throw new LedgerConflictError('row was taken over')
        own.version = version
        return version
      },
    }
  }

  async function come({ isFresh, isOryDown, writes }: Delivery): Promise<void> {
    const own = { version: 0 }
    const ledger = ledgerOf(writes, own)
    const workflow = {
      ...stillWorkflow(async () => {
        await scheduler.schedule(Promise.resolve())
        if (isOryDown)
          throw new OryTransportError('x', { reason: 'reset', mayHaveRun: false, message: 'down' })
      }),
      plan: () => [asking],
    }
    const outbox = {
      ...made.outbox,
      async send(sent: Parameters<typeof made.outbox.send>[0]) {
        const isStep = sent.body === 'asked'
        if (!isStep && sent.attributes['lapse-pass'] !== 'follow-up') return
        if (isStep) done.steps += 1
        const stored = await kept.read({
          workflow: 'still',
          event: row()?.event.key ?? '',
          pass: 'first',
        })
        if (stored?.version !== own.version) wrongs.push(`${sent.body} under another’s row`)
        if (stored?.row.receipt !== undefined) wrongs.push(`${sent.body} after the receipt`)
      },
    }
    const services = async () => ({ ...(await made.worker.services()), ledger })
    await deliver(
      { messageId: 'm', body: 'alice', attributes: {}, receiveCount: isFresh ? 1 : 2 },
      { deadline: clock.now() + 60_000 },
      { ...made.worker, workflow: () => workflow, outbox, services },
    )
  }

  return { ...made, done, wrongs, come, row }
}

test('however copies of one event come, all is done under its row, once, and before its receipt', async () => {
  const rounds = fc.array(fc.array(delivery, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), rounds, fc.boolean(), async (scheduler, all, isLastFresh) => {
      const { done, wrongs, come, row, clock, metrics } = world(scheduler)
      for (const round of all) {
        for (const each of round) void come(each)
        await scheduler.waitIdle()
        clock.advance(70_000)
      }
      const receipt = row()?.receipt
      const before = metrics.counts['Duplicates'] ?? 0
      const steps = done.steps
      void come({ isFresh: isLastFresh, isOryDown: false, writes: [] })
      await scheduler.waitIdle()

      expect(wrongs).toEqual([])
      expect(done.closes).toBe(1)
      expect(row()?.receipt).toBeDefined()
      expect((metrics.counts['Duplicates'] ?? 0) - before).toBe(receipt === undefined ? 0 : 1)
      if (receipt !== undefined) expect([row()?.receipt, done.steps]).toEqual([receipt, steps])
    }),
    { numRuns: 300 },
  )
})
