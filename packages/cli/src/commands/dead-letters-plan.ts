import { typeOf } from '../dead-letters/described.ts'
import { letterJson } from '../dead-letters/lines.ts'
import { planLetters } from '../dead-letters/plan-letters.ts'
import { type DeadLetterOptions, nothingThere, readLetters } from '../dead-letters/read-letters.ts'
import { columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { print, printJson } from '../output/print.ts'
import { untilSignal } from '../until-signal.ts'

/** `lapse dead-letters plan`: what a redrive of each message would come to; nothing is changed. */
export async function planDeadLetters(
  messageId: string | undefined,
  { json, ...chosen }: DeadLetterOptions,
): Promise<void> {
  const signal = untilSignal()
  const { letters } = await readLetters(messageId, chosen, signal)
  const { plans } = await planLetters(letters, chosen, signal)
  if (json) {
    printJson(plans.map(([letter, { outcome, why }]) => ({ ...letterJson(letter), outcome, why })))
    return
  }
  if (plans.length === 0) return print(nothingThere(chosen))
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
