import type { Clock } from '@lapse/core/ports'
import { inAwsTime } from '../aws-time.ts'
import { UsageError } from '../errors.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { findPlanPlace } from '../plan/find-plan-place.ts'
import { longestWaitMs, openBudget, readingPace } from '../plan/open-budget.ts'
import { openReading } from '../plan/open-reading.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'
import type { Described } from './described.ts'
import { type LetterPlan, type Planning, planLetter } from './plan-letter.ts'

/** Plans letters one by one, as their workers would. */
export interface Planner extends AsyncDisposable {
  /** The ledger that is asked, and the clock by which it is. */
  readonly ledger: Place
  readonly clock: Clock
  /** @throws CommandError, UsageError */
  readonly plan: (letter: Described) => Promise<LetterPlan>
}

/**
 * Ory is asked out of the budget that the workers share, where there is one, and so by AWS's time;
 * nothing else is changed.
 * @param tell says what is waited for
 * @throws UsageError where no ledger is named, CommandError
 */
export async function openPlanner(
  stage: StageOption,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Planner> {
  const place = await findPlanPlace(process.env, process.cwd(), stage).catch(settingsProblem)
  const { variables } = place
  if (place.ledger === undefined)
    throw new UsageError(
      'LEDGER_TABLE is not set; whether anything is left to do is for the ledger to say, as an empty list at Ory proves nothing',
    )
  const problem = (error: unknown): never => {
    signal.throwIfAborted()
    throw planProblem(error, { ...place.ory, identitiesUrl: variables['ORY_IDENTITIES_URL'] })
  }
  const { place: ledger, clock } = await inAwsTime(place.ledger)
  try {
    const pace = readingPace(openBudget(ledger, place.ory.adminUrl, clock), tell, signal)
    const opened = await openReading({ ...place, ledger }, { timeoutMs: longestWaitMs, clock })
    const planning: Planning = { ...opened.reading, variables, pace }
    return {
      ledger,
      clock,
      plan: (letter) => planLetter(letter, planning).catch(problem),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    }
  } catch (error) {
    return problem(error)
  }
}
