import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@lapse/core/ports'
import { CommandError } from '../errors.ts'
import { durationText } from '../output/duration.ts'
import { print } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'
import { receiptLines } from '../output/receipt-lines.ts'
import { type EventLook, eventOutcome } from './event-outcome.ts'

/** How long `--wait` waits where nothing is said, in milliseconds. */
export const usualPatienceMs = 5 * 60_000

/**
 * Waits for what becomes of an event that was sent, and tells of it.
 * @param where a person finds out later
 * @throws CommandError where it is dead-lettered, or still waits
 */
export async function waitForEvent(
  look: EventLook,
  patienceMs: number,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  const progress = newProgress()
  const outcome = await eventOutcome(look, patienceMs, {
    clock: systemClock,
    pause: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    tell: (why) => progress.update(`${why}; Ctrl-C stops looking`),
    signal,
  })
    .catch((error: unknown) => {
      throw signal.aborted
        ? new CommandError(`interrupted; the event is sent and goes on: ${where}`)
        : error
    })
    .finally(progress.clear)
  switch (outcome.result) {
    case 'receipt':
      return print('', ...receiptLines(outcome.receipt))
    case 'dead-letter':
      throw new CommandError(
        `the event is on the DLQ: ${outcome.reason}; lapse dead-letters show ${outcome.messageId} tells of it`,
      )
    case 'waits':
      throw new CommandError(
        `no receipt within ${durationText(patienceMs)}: ${outcome.why}; ${where}`,
      )
  }
}
