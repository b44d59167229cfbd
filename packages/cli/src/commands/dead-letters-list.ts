import { groupLines, groupsOf } from '../dead-letters/lines.ts'
import { type DeadLetterOptions, nothingThere, readLetters } from '../dead-letters/read-letters.ts'
import { print, printJson } from '../output/print.ts'

/** `lapse dead-letters list`: what is on the DLQs, by queue, reason and event. */
export async function listDeadLetters(options: DeadLetterOptions): Promise<void> {
  const { letters } = await readLetters(undefined, options)
  const groups = groupsOf(letters)
  if (options.json) printJson(groups)
  else if (groups.length === 0) print(nothingThere(options))
  else print(...groupLines(groups, Date.now()))
}
