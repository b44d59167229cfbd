import { systemClock } from '@lapse/core/ports'
import type { Receipt } from '@lapse/core/run'
import { CommandError } from '../errors.ts'
import { durationText } from '../output/duration.ts'
import { newProgress } from '../output/progress.ts'
import { pausing } from '../pause.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Target } from '../send/target.ts'
import { type EventLook, eventOutcome } from './event-outcome.ts'

/** How long `--wait` waits where nothing is said, in milliseconds. */
export const usualPatienceMs = 5 * 60_000

/**
 * Waits for what becomes of an event that was sent.
 * @returns its receipt
 * @param next where a person finds out later
 * @throws CommandError where it is dead-lettered, or still waits
 */
export async function waitForEvent(
  look: EventLook,
  patienceMs: number,
  { next, stage }: Pick<Target, 'next'> & StageOption,
  signal: AbortSignal,
): Promise<Receipt> {
  const progress = newProgress()
  const outcome = await eventOutcome(look, patienceMs, {
    clock: systemClock,
    pause: pausing(signal),
    tell: (why) => progress.update(`${why}; Ctrl-C stops looking`),
    signal,
  })
    .catch((error: unknown) => {
      throw signal.aborted
        ? new CommandError(`interrupted; the event is sent and goes on: ${next}`)
        : error
    })
    .finally(progress.clear)
  switch (outcome.result) {
    case 'receipt':
      return outcome.receipt
    case 'dead-letter':
      throw new CommandError(
        `the event is on the DLQ: ${outcome.reason}; ${commandAt({ stage }, `lapse dead-letters show ${outcome.messageId}`)} tells of it`,
      )
    case 'waits':
      throw new CommandError(
        `no receipt within ${durationText(patienceMs)}: ${outcome.why}; ${next}`,
      )
  }
}
