import { letterJson, letterLines } from '../dead-letters/lines.ts'
import { type DeadLetterOptions, nothingThere, readLetters } from '../dead-letters/read-letters.ts'
import { print, printJson } from '../output/print.ts'

export interface ShowOptions extends DeadLetterOptions {
  readonly body?: boolean
}

/** `lapse dead-letters show`: one message, or each; the body, which holds a subject, only if asked for. */
export async function showDeadLetters(
  messageId: string | undefined,
  { json, body = false, ...chosen }: ShowOptions,
): Promise<void> {
  const { letters } = await readLetters(messageId, chosen)
  if (json) return printJson(letters.map((letter) => letterJson(letter, { body })))
  if (letters.length === 0) return print(nothingThere(chosen))
  print(
    ...letters.flatMap((letter, index) => [
      ...(index > 0 ? [''] : []),
      ...letterLines(letter, { body }),
    ]),
  )
}
