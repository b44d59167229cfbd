import {
  type DryRun,
  dryRun,
  type Services,
  type Workflow,
  type WorkflowEvent,
} from '@lapse/core/run'
import { print, printJson } from '../output/print.ts'
import { openOry } from './open-ory.ts'
import { oryProblem } from './ory-problem.ts'
import { planLines } from './plan-lines.ts'

/** How a plan is printed. */
export interface PlanOptions {
  readonly json?: boolean
}

/**
 * Observes the Ory that `ORY_ADMIN_URL` names, plans, prints the plan, and goes no further.
 * @throws UsageError or CommandError in the environment's words
 */
export async function showPlan<Event extends WorkflowEvent, Observation, Needs extends Services>(
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
  { json = false }: PlanOptions,
): Promise<void> {
  const { ORY_ADMIN_URL: adminUrl, ORY_API_KEY: apiKey } = process.env
  const plan = await planAt({ adminUrl, apiKey }, workflow, event)
  if (json) printJson(plan)
  else print(...planLines(plan, new URL(String(adminUrl)).origin))
}

async function planAt<Event extends WorkflowEvent, Observation, Needs extends Services>(
  at: { readonly adminUrl: string | undefined; readonly apiKey: string | undefined },
  workflow: Workflow<Event, Observation, Needs>,
  event: Event,
): Promise<DryRun> {
  await using ory = openOry(at)
  return await dryRun(workflow, event, { ory }).catch((error: unknown) => {
    throw oryProblem(error, at)
  })
}
