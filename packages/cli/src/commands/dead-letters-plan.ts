import { type Described, typeOf } from '../dead-letters/described.ts'
import { letterJson } from '../dead-letters/lines.ts'
import { type LetterPlan, type Planning, planLetter } from '../dead-letters/plan-letter.ts'
import { type DeadLetterOptions, readLetters } from '../dead-letters/read-letters.ts'
import { UsageError } from '../errors.ts'
import { columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { print, printJson } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import type { StageOption } from '../place/find-place.ts'
import { findPlanPlace } from '../plan/find-plan-place.ts'
import { openLedger } from '../plan/open-ledger.ts'
import { openOry } from '../plan/open-ory.ts'
import { planProblem, settingsProblem } from '../plan/plan-problem.ts'
import { untilSignal } from '../until-signal.ts'

/** `lapse dead-letters plan`: what a redrive of each message would come to; nothing is changed. */
export async function planDeadLetters(
  messageId: string | undefined,
  { json, ...chosen }: DeadLetterOptions,
): Promise<void> {
  const signal = untilSignal()
  const { letters } = await readLetters(messageId, chosen, signal)
  const plans = await planAll(letters, chosen, signal)
  if (json) {
    printJson(plans.map(([letter, plan]) => ({ ...letterJson(letter), ...plan })))
    return
  }
  if (plans.length === 0) return print('Nothing is on a DLQ.')
  const rows = plans.map(([letter, { outcome, why }]) => [
    letter.letter.messageId,
    letter.dlq.name,
    typeOf(letter),
    outcome,
    plain(why),
  ])
  const head = ['message', 'DLQ of', 'event', 'outcome', 'why']
  print(...columns(rows, { head, indent: 0 }))
}

async function planAll(letters: readonly Described[], chosen: StageOption, signal: AbortSignal) {
  const place = await findPlanPlace(process.env, process.cwd(), chosen).catch(settingsProblem)
  if (place.ledger === undefined)
    throw new UsageError(
      'LEDGER_TABLE is not set; whether anything is left to do is for the ledger to say, as an empty list at Ory proves nothing',
    )
  const plans: [Described, LetterPlan][] = []
  const progress = newProgress()
  await using ory = openOry(place.ory)
  try {
    const services = await openLedger(place.ledger, ory)
    const planning: Planning = { ory, services, variables: place.variables }
    for (const letter of letters) {
      signal.throwIfAborted()
      plans.push([letter, await planLetter(letter, planning)])
      progress.update(`planned ${plans.length} of ${letters.length}`)
    }
    return plans
  } catch (error) {
    throw planProblem(error, place.ory)
  } finally {
    progress.clear()
  }
}
