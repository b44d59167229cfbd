import { type MootReceipt, mootReceipt } from '@lapse/core/delivery'
import type { Clock } from '@lapse/core/ports'
import type { Described } from './described.ts'
import type { Dlq } from './dlq.ts'
import { reasonOf } from './lines.ts'
import type { LetterPlan } from './plan-letter.ts'
import { walk } from './walk.ts'

/** What became of a letter that was to be closed: what is not moot stays, as does what is not found again. */
export type Closed = 'closed' | 'not-moot' | 'not-found'

/** What closing acts with. */
export interface CloseServices {
  readonly dlq: Dlq
  readonly clock: Clock
  /** Returns once the receipt is kept; of one that was written before, nothing is changed. */
  readonly write: (receipt: MootReceipt) => Promise<void>
  readonly stopped: () => boolean
  readonly tell: (described: Described, receipt: MootReceipt) => void
}

/**
 * Deletes the letters that are moot. Each has its receipt before it goes: wherever this ends, none is
 * gone without one, and whoever runs it again writes none twice.
 * @param plans by the message's id
 */
export async function close(
  plans: ReadonlyMap<string, readonly [Described, LetterPlan]>,
  { dlq, clock, write, stopped, tell }: CloseServices,
): Promise<void> {
  await walk(
    dlq,
    async (letter) => {
      const [described, plan] = plans.get(letter.messageId) ?? []
      if (described === undefined || plan?.proof === undefined) return 'kept'
      const receipt = mootReceipt({ ...plan.proof, letter: letterOf(described) }, clock.now())
      await write(receipt)
      await dlq.remove(letter)
      tell(described, receipt)
      return 'removed'
    },
    stopped,
  )
}

/** What the receipt says of the letter; no text in it holds the subject. */
function letterOf(described: Described): Omit<MootReceipt['letter'], 'event_key'> {
  const { dlq, letter, redriven } = described
  return {
    queue: dlq.name,
    message_id: letter.messageId,
    reason: reasonOf(described),
    redriven,
    sent_at: new Date(letter.sentAt).toISOString(),
  }
}
