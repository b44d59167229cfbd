import type { Clock } from '@lapse/core/ports'
import type { Receipt, WorkflowRow } from '@lapse/core/run'
import { waitText } from './wait-text.ts'

/** What can be seen of an event that was sent. */
export interface EventLook {
  /** Its row in the ledger: `undefined` where no worker has begun it. */
  readonly row: () => Promise<WorkflowRow | undefined>
  /** Why it was dead-lettered, and its id on the DLQ; `undefined` where it was not. */
  readonly deadLetter: () => Promise<
    { readonly reason: string; readonly messageId: string } | undefined
  >
  /** In words, what it may wait for as long as no worker has begun it. */
  readonly unbegun: () => Promise<string>
}

/** How waiting for an event ended. */
export type EventOutcome =
  | { readonly result: 'receipt'; readonly receipt: Receipt }
  | { readonly result: 'dead-letter'; readonly reason: string; readonly messageId: string }
  /** It still waits, or is tried again: `why` says for what, and until when. */
  | { readonly result: 'waits'; readonly why: string }

/** What waiting is done with. */
export interface WaitServices {
  readonly clock: Clock
  readonly pause: (milliseconds: number) => Promise<unknown>
  /** Told whenever somebody has looked. */
  readonly tell: (why: string) => void
  readonly signal: AbortSignal
}

/** A receipt is there within a second, as a rule; later it is a matter of minutes. */
const firstPauseMs = 250
const longestPauseMs = 5000

/**
 * Looks until the event has its receipt or is dead-lettered, or until the patience is over.
 * @throws what the signal was aborted with
 */
export async function eventOutcome(
  look: EventLook,
  patienceMs: number,
  { clock, pause, tell, signal }: WaitServices,
): Promise<EventOutcome> {
  const until = clock.now() + patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const row = await look.row()
    if (row?.receipt !== undefined) return { result: 'receipt', receipt: row.receipt }
    // Not at once: a DLQ is looked into by hiding what is on it for a moment.
    const letter = pauseMs > 1000 ? await look.deadLetter() : undefined
    if (letter !== undefined) return { result: 'dead-letter', ...letter }
    signal.throwIfAborted()
    const why = row === undefined ? await look.unbegun() : waitText(row)
    if (clock.now() >= until) return { result: 'waits', why }
    tell(why)
    await pause(Math.min(pauseMs, Math.max(1, until - clock.now())))
    signal.throwIfAborted()
  }
}
