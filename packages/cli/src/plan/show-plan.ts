import type { Environment } from '@lapse/aws/settings/texts'
import { systemClock } from '@lapse/core/ports'
import { type DryRun, dryRun, type Workflow, type WorkflowEvent } from '@lapse/core/run'
import { print, printJson } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { findPlanPlace, type PlanPlace } from './find-plan-place.ts'
import type { PlanServices } from './open-ledger.ts'
import { openReading } from './open-reading.ts'
import { planLines } from './plan-lines.ts'
import { planProblem, settingsProblem } from './plan-problem.ts'

/** How a plan is printed. */
export interface PlanOptions extends StageOption {
  readonly json?: boolean
}

/** What a plan is made of. */
export interface Work<Event extends WorkflowEvent, Observation> {
  readonly workflow: Workflow<Event, Observation, PlanServices>
  readonly event: Event
}

/**
 * Asks Ory, and the ledger where it can be reached, what a worker would ask; prints what it would say
 * and do, and goes no further.
 *
 * @param work made with the settings that count
 * @throws UsageError or CommandError in the environment's words
 */
export async function showPlan<Event extends WorkflowEvent, Observation>(
  work: (settings: Environment) => Promise<Work<Event, Observation>>,
  { json = false, stage }: PlanOptions,
): Promise<void> {
  const place = await findPlanPlace(process.env, process.cwd(), { stage }).catch(settingsProblem)
  const made = await work(place.variables).catch(settingsProblem)
  const plan = await planAt(place, made)
  if (json) printJson(plan)
  else print(...planLines(plan, new URL(String(place.ory.adminUrl)).origin))
}

async function planAt<Event extends WorkflowEvent, Observation>(
  place: PlanPlace,
  work: Work<Event, Observation>,
): Promise<DryRun> {
  try {
    await using opened = await openReading(place)
    return await dryRun(work.workflow, work.event, opened.reading, systemClock.now())
  } catch (error) {
    const { ORY_IDENTITIES_URL: identitiesUrl } = place.variables
    throw planProblem(error, { ...place.ory, identitiesUrl })
  }
}
