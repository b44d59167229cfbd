import { CommandError } from '../errors.ts'
import { newProgress } from '../output/progress.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { untilSignal } from '../until-signal.ts'
import { type Described, describe, hasReason } from './described.ts'
import { type DeadLetterPlace, findDeadLetters, type Which } from './queues.ts'
import { sqsDlq } from './sqs-dlq.ts'
import { walk } from './walk.ts'

/** Which messages are meant; none named: all. */
export interface Chosen extends Which {
  readonly reason?: string
}

/** What every command on dead letters may be asked for. */
export interface DeadLetterOptions extends Chosen {
  readonly json?: boolean
}

/** What was read, and where from. */
export interface ReadLetters {
  readonly place: DeadLetterPlace
  readonly letters: readonly Described[]
}

export function isMeant(
  described: Described,
  messageId: string | undefined,
  { reason }: Chosen,
): boolean {
  return (
    hasReason(described, reason) &&
    (messageId === undefined || described.letter.messageId === messageId)
  )
}

/** In a sentence: nothing is there, or nothing of what was chosen. */
export function nothingThere({ queue, queueUrl, reason }: Chosen): string {
  const isAll = queue === undefined && queueUrl === undefined && reason === undefined
  return isAll ? 'Nothing is on a DLQ.' : 'Nothing of this is on a DLQ.'
}

/**
 * Reads what is meant off every DLQ that is meant, and takes nothing away.
 * @throws CommandError where the one that is named is not there, and where it is interrupted; UsageError
 */
export async function readLetters(
  messageId: string | undefined,
  chosen: Chosen,
  signal: AbortSignal = untilSignal(),
): Promise<ReadLetters> {
  const place = await findDeadLetters(chosen, process.env, process.cwd())
  const progress = newProgress()
  const read = { count: 0 }
  const byDlq = place.dlqs.map(async (named) => {
    using dlq = sqsDlq(named)
    const letters: Described[] = []
    await walk(
      dlq,
      async (letter) => {
        const described = describe(letter, named, place.variables)
        if (isMeant(described, messageId, chosen)) letters.push(described)
        read.count += 1
        progress.update(`reading: ${read.count} so far`)
        return 'kept'
      },
      () => signal.aborted,
    )
    return letters
  })
  const letters = (await Promise.all(byDlq).finally(progress.clear)).flat()
  signal.throwIfAborted()
  insistOnNamed(messageId, letters.length, chosen)
  return { place, letters }
}

/** @throws CommandError where a message was named, and none was found */
export function insistOnNamed(
  messageId: string | undefined,
  found: number,
  chosen: StageOption,
): void {
  if (messageId === undefined || found > 0) return
  throw new CommandError(
    `no such message is on a DLQ, or somebody else reads it just now; ${commandAt(chosen, 'lapse dead-letters list')} tells what is`,
  )
}
