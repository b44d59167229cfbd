import { describe } from '../dead-letters/described.ts'
import { groupLines, groupsOf, type LetterJson, letterJson } from '../dead-letters/lines.ts'
import { type DeadLetterOptions, readLetters } from '../dead-letters/read-letters.ts'
import { sqsDlq } from '../dead-letters/sqs-dlq.ts'
import { walk } from '../dead-letters/walk.ts'
import { CommandError, UsageError } from '../errors.ts'
import { print, printAside, printJson } from '../output/print.ts'
import { typedOut } from '../typed-out.ts'
import { untilSignal } from '../until-signal.ts'

/**
 * `lapse dead-letters drop`: deletes messages of one DLQ for good, once its name has been typed out.
 * What has come since they were shown stays.
 */
export async function dropDeadLetters(
  messageId: string | undefined,
  { json, ...chosen }: DeadLetterOptions,
): Promise<void> {
  if (chosen.queue === undefined && chosen.queueUrl === undefined)
    throw new UsageError('say of which DLQ: --queue or --queue-url')
  const signal = untilSignal()
  const { letters, place } = await readLetters(messageId, chosen, signal)
  const [named] = place.dlqs
  if (named === undefined || letters.length === 0)
    throw new CommandError('nothing was dropped: no such message is on this DLQ')

  const say = json ? printAside : print
  say(
    ...groupLines(groupsOf(letters), Date.now()),
    'These are deleted for good: no worker will see them, and no receipt will say so.',
  )
  await typedOut(named.name, signal, { what: "the queue's name", say })

  const shown = new Set(letters.map(({ letter }) => letter.messageId))
  const dropped: LetterJson[] = []
  using dlq = sqsDlq(named)
  try {
    await walk(
      dlq,
      async (letter) => {
        if (!shown.has(letter.messageId)) return 'kept'
        await dlq.remove(letter)
        dropped.push(letterJson(describe(letter, named, place.variables)))
        return 'removed'
      },
      () => signal.aborted,
    )
  } finally {
    // What is gone is told, however this ends.
    if (dropped.length > 0) tellOf(dropped, json)
  }
  signal.throwIfAborted()
  const left = letters.length - dropped.length
  if (left > 0)
    throw new CommandError(`${left} of ${letters.length} were not found again, and not dropped`)
}

function tellOf(dropped: readonly LetterJson[], json = false): void {
  if (json) printJson(dropped)
  else
    print(
      ...dropped.map(
        ({ message_id, event, reason }) => `dropped ${message_id}  ${event.type}  ${reason}`,
      ),
    )
}
