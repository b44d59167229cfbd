import type { Counts } from './event-record.ts'
import { type Call, callsOf } from './step.ts'
import type { Phase, Reading, Services, Workflow, WorkflowEvent } from './workflow.ts'

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
export async function dryRun<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  reading: Reading<Needs>,
): Promise<DryRun> {
  const opening = workflow.opening && (await planned(workflow.opening, event, reading))
  const rest = await planned(workflow, event, reading)
  return {
    workflow: workflow.name,
    before: { ...rest.before, ...opening?.before },
    steps: [...(opening?.steps ?? []), ...rest.steps],
  }
}

async function planned<Event, Seen, Needs extends Services>(
  { observe, count, plan }: Phase<Event, Seen, Needs>,
  event: Event,
  reading: Reading<Needs>,
): Promise<Pick<DryRun, 'before' | 'steps'>> {
  const seen = await observe(event, reading)
  const steps = plan(event, seen, []).flatMap((step) =>
    callsOf(step).map(({ op, params }) => ({
      op,
      params,
      ends: step.ends.map(({ what }) => what),
    })),
  )
  return { before: count(event, seen), steps }
}
