import type { Counts } from './row.ts'
import type { Call } from './step.ts'
import type { Reading, Workflow, WorkflowEvent } from './workflow.ts'

/** What a workflow would do now, in order, and what it saw. Nothing was changed. */
export interface DryRun {
  readonly workflow: string
  readonly before: Counts
  readonly steps: readonly {
    readonly op: string
    readonly params: Call['params']
    readonly ends: readonly string[]
  }[]
}

/** Observes and plans, and goes no further. */
export async function dryRun<Event extends WorkflowEvent, Observation>(
  workflow: Workflow<Event, Observation>,
  event: Event,
  reading: Reading,
): Promise<DryRun> {
  const observation = await workflow.observe(event, reading)
  return {
    workflow: workflow.name,
    before: workflow.count(event, observation),
    steps: workflow.plan(event, observation, []).map(({ call, ends }) => ({
      op: call.op,
      params: call.params,
      ends: ends.map(({ what }) => what),
    })),
  }
}
