import type { Dlq, Letter } from './dlq.ts'

/** Whether a letter is still there after the visit. */
export type Visited = 'removed' | 'kept'

/**
 * So many messages in a row that were seen before, and as many as are kept, and everything has been
 * seen: what is kept is given out again once its time is over.
 */
const patience = 50

/**
 * Visits every message of a DLQ once. What is kept is hidden until the walk has ended, however it
 * ends, and not for longer.
 *
 * @param stopped asked before every visit
 */
export async function walk(
  dlq: Dlq,
  visit: (letter: Letter) => Promise<Visited>,
  stopped: () => boolean = () => false,
): Promise<void> {
  const seen = new Set<string>()
  const held = new Map<string, Pick<Letter, 'messageId' | 'receiptHandle'>>()
  try {
    for (let idle = 0; idle < patience + held.size && !stopped(); ) {
      const letters = await dlq.receive()
      if (letters.length === 0) return
      for (const { messageId, receiptHandle } of letters)
        held.set(messageId, { messageId, receiptHandle })
      const fresh = letters.filter(({ messageId }) => !seen.has(messageId))
      idle = fresh.length === 0 ? idle + letters.length : 0
      for (const letter of fresh) {
        if (stopped()) return
        seen.add(letter.messageId)
        if ((await visit(letter)) === 'removed') held.delete(letter.messageId)
      }
    }
  } finally {
    await dlq.release([...held.values()])
  }
}
