import { expect, test } from 'vitest'
import type { LaneRule } from '../lane.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { deliver } from './index.ts'

/** One delivery of an event that claims a lane, on a queue with a rule. */
async function delivered(
  claimed: 'incident' | 'deletion' | 'hygiene' | undefined,
  rule?: LaneRule,
) {
  const made = memoryWorker(stillWorkflow())
  const parse = (body: string) => ({
    ...made.worker.parse(body),
    ...(claimed !== undefined && { lane: claimed }),
  })
  const worker = { ...made.worker, parse, ...(rule !== undefined && { lanes: () => rule }) }
  const message = { messageId: 'm-1', body: 'alice', attributes: {} }
  const outcome = await deliver(message, { deadline: made.clock.now() + 57_000 }, worker)
  return { ...made, outcome, receipt: made.ledger.rows[0]?.receipt }
}

test.each([
  [undefined, ['hygiene'], 'deletion'],
  ['deletion', [], 'deletion'],
  ['hygiene', undefined, 'hygiene'],
  ['hygiene', ['hygiene'], 'hygiene'],
  ['incident', ['incident'], 'incident'],
  [undefined, 'incident', 'incident'],
  ['hygiene', 'incident', 'incident'],
] as const)('claimed %j, on a queue for %j, is processed as %j', async (claimed, rule, lane) => {
  const { receipt, ledger, metrics } = await delivered(claimed, rule)

  expect(receipt?.lane).toBe(lane)
  expect(ledger.rows[0]?.lane).toBe(lane)
  expect(metrics.counts['LanesNotAllowed']).toBeUndefined()
})

test.each([
  ['incident', undefined],
  ['incident', ['hygiene']],
  ['hygiene', []],
] as const)(
  '%j is processed in its turn on a queue for %j, and that is told',
  async (claimed, rule) => {
    const { outcome, receipt, metrics, log } = await delivered(claimed, rule)

    expect(outcome).toBe('acknowledge')
    expect(receipt?.lane).toBe('deletion')
    expect(metrics.counts['LanesNotAllowed']).toBe(1)
    expect(log.lines.map(({ fields }) => fields['claimed'])).toContain(claimed)
  },
)
