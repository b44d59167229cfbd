import { UsageError } from '../errors.ts'
import { newProgress } from '../output/progress.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { findPlanPlace } from '../plan/find-plan-place.ts'
import { longestWaitMs, openBudget, readingPace } from '../plan/open-budget.ts'
import { openLedger } from '../plan/open-ledger.ts'
import { openAccounts, openOry } from '../plan/open-ory.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'
import type { Described } from './described.ts'
import { type LetterPlan, type Planning, planLetter } from './plan-letter.ts'

/** A letter, and what a redrive of it would come to. */
export type PlannedLetter = readonly [Described, LetterPlan]

/** What was planned, and the ledger that was asked. */
export interface PlannedLetters {
  readonly plans: readonly PlannedLetter[]
  readonly ledger: Place
}

/**
 * Plans each of these again, as its worker would. Ory is asked out of the budget that the workers
 * share, where there is one; nothing is changed.
 * @throws UsageError where no ledger is named, CommandError
 */
export async function planLetters(
  letters: readonly Described[],
  stage: StageOption,
  signal: AbortSignal,
): Promise<PlannedLetters> {
  const place = await findPlanPlace(process.env, process.cwd(), stage).catch(settingsProblem)
  const { ledger, variables } = place
  if (ledger === undefined)
    throw new UsageError(
      'LEDGER_TABLE is not set; whether anything is left to do is for the ledger to say, as an empty list at Ory proves nothing',
    )
  const plans: PlannedLetter[] = []
  const progress = newProgress()
  await using ory = openOry(place.ory, { timeoutMs: longestWaitMs })
  await using accounts = openAccounts(place.ory, variables)
  try {
    const pace = readingPace(openBudget(ledger, place.ory.adminUrl), progress.update, signal)
    const planning: Planning = {
      ory,
      ...(accounts && { accounts }),
      services: await openLedger(ledger, ory),
      variables,
      pace,
    }
    for (const letter of letters) {
      signal.throwIfAborted()
      plans.push([letter, await planLetter(letter, planning)])
      progress.update(`planned ${plans.length} of ${letters.length}`)
    }
    return { plans, ledger }
  } catch (error) {
    signal.throwIfAborted()
    throw planProblem(error, { ...place.ory, identitiesUrl: variables['ORY_IDENTITIES_URL'] })
  } finally {
    progress.clear()
  }
}
