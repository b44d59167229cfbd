import type { Call } from './call.ts'
import type { Pace, PacedAttempt, PacedOutcome, Slot } from './pace.ts'
import { type Answer, isAnswer, type NoAnswer } from './transport/attempt.ts'
import { wait } from './transport/clock.ts'
import { isBrokenOff, isWithoutConnection } from './transport/failure.ts'
import { serverDelayMs, usedUpForMs } from './transport/rate-limit.ts'

const pacedAttempt = ({ compiled, deadline }: Call): PacedAttempt => ({
  operation: compiled.id,
  bucket: compiled.data.bucket,
  deadline,
})

const nextSlot = async (
  call: Call,
  pace: Pace,
  missed: Slot | undefined,
): Promise<Slot | undefined> => {
  try {
    return await pace.next(pacedAttempt(call), missed)
  } catch (error) {
    // No request was sent: the call has come to what the attempt before came to.
    throw call.lastSeen ?? error
  }
}

/** Waits for a slot. Where the caller ends the wait, the attempt that follows says so. */
export const takeTurn = async (call: Call, pace: Pace): Promise<void> => {
  const { clock } = call.settings
  for (let missed: Slot | undefined; ; ) {
    const slot = await nextSlot(call, pace, missed)
    if (slot === undefined) return
    const waitMs = slot.from - clock.now()
    if (waitMs > 0 && !(await wait(clock, waitMs, call.options.signal))) return
    if (clock.now() <= slot.until) return
    missed = slot
  }
}

const tellingOf = (outcome: Answer | NoAnswer, nowMs: number): PacedOutcome => {
  if (!isAnswer(outcome)) {
    if (isWithoutConnection(outcome)) return { status: 'no-connection' }
    return { status: isBrokenOff(outcome) ? 'broken-off' : 'unknown' }
  }
  const { status, headers } = outcome

  return {
    status,
    usedUpForMs: status === 429 ? (serverDelayMs(headers, nowMs) ?? 0) : usedUpForMs(headers),
  }
}

/** Tells a pace what an attempt came to; what is returned is to be waited for. */
export const tellTurn = (
  call: Call,
  pace: Pace,
  outcome: Answer | NoAnswer,
): Promise<void> | undefined =>
  pace.ended(pacedAttempt(call), tellingOf(outcome, call.settings.clock.now()))
