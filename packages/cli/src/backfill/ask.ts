import { CommandError } from '../errors.ts'
import { print } from '../output/print.ts'
import { nextLine } from '../typed-out.ts'
import { numberText } from './number-text.ts'

/**
 * Waits until the number of users has been typed out on the terminal.
 * @throws CommandError where something else was, or nothing
 */
export async function numberTypedOut(
  count: number,
  signal: AbortSignal,
  say = print,
): Promise<void> {
  say(`type ${numberText(count)} to send the rest:`)
  const typed = await nextLine(signal)
  if (signal.aborted) throw signal.reason
  if (typed?.replaceAll(/[,.\s_]/g, '') === String(count)) return
  throw new CommandError(
    `nothing more was sent: ${numberText(count)} was not typed out; run it again to be asked again`,
  )
}
