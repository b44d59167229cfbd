import type { Clock } from '@lapse/core/ports'
import { newProgress } from '../output/progress.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import type { Described } from './described.ts'
import { openPlanner } from './open-planner.ts'
import type { LetterPlan } from './plan-letter.ts'

/** A letter, and what a redrive of it would come to. */
export type PlannedLetter = readonly [Described, LetterPlan]

/** What was planned, and the ledger that was asked, by which clock. */
export interface PlannedLetters {
  readonly plans: readonly PlannedLetter[]
  readonly ledger: Place
  readonly clock: Clock
}

/**
 * Plans each of these again, as its worker would; nothing is changed.
 * @throws UsageError where no ledger is named, CommandError
 */
export async function planLetters(
  letters: readonly Described[],
  stage: StageOption,
  signal: AbortSignal,
): Promise<PlannedLetters> {
  const plans: PlannedLetter[] = []
  const progress = newProgress()
  using over = new DisposableStack()
  over.defer(progress.clear)
  await using planner = await openPlanner(stage, signal, progress.update)
  for (const letter of letters) {
    signal.throwIfAborted()
    plans.push([letter, await planner.plan(letter)])
    progress.update(`planned ${plans.length} of ${letters.length}`)
  }
  return { plans, ledger: planner.ledger, clock: planner.clock }
}
