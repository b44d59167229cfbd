import { expect, test } from 'vitest'
import type { Lane } from '../lane.ts'
import { memoryFollowUps, memoryLedger, memoryWorker, stillWorkflow } from '../testing/index.ts'
import type { WorkflowRow } from './row.ts'
import { run } from './run.ts'

/** What the sweep is told of the second pass that a delivery in this lane sends. */
async function watchOf(lane: Lane | undefined) {
  const { worker, clock } = memoryWorker(stillWorkflow())
  const followUps = memoryFollowUps()
  const ledger = memoryLedger<WorkflowRow>()
  const services = { ...(await worker.services()), followUps, ledger }
  const messages = { send: async () => undefined, followUp: async () => undefined }
  const event = { type: 'still', id: 'e', source: 's', time: '2026-01-02T03:00:00Z', data: {} }
  const delivery = { pass: 'first' as const, deadline: clock.now() + 57_000, messages }
  await run(stillWorkflow(), event, { ...delivery, ...(lane && { lane }) }, services)
  return followUps.scheduled[0]
}

test('the watch over a second pass says in which lane its message waits', async () => {
  expect((await watchOf('incident'))?.data).toMatchObject({ pass: 'follow-up', lane: 'incident' })
  expect((await watchOf(undefined))?.data).toMatchObject({ lane: 'deletion' })
})
