import type { Attempted, Call } from './call.ts'
import type { Pace, PacedAttempt, PacedOutcome, Slot } from './pace.ts'
import { isAnswer, type NoAnswer } from './transport/attempt.ts'
import { wait } from './transport/clock.ts'
import { isBrokenOff, isWithoutConnection } from './transport/failure.ts'
import { serverDelayMs, usedUpForMs } from './transport/rate-limit.ts'

const pacedAttempt = ({ compiled, deadline }: Call): PacedAttempt => ({
  operation: compiled.id,
  port: compiled.data.port,
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

/** A request that was given less time says nothing of a server that did not answer it, in milliseconds. */
const hangsAfterMs = 5000

const silenceOf = (lost: NoAnswer, timeoutMs: number): PacedOutcome['status'] => {
  if (isWithoutConnection(lost)) return 'no-connection'
  if (isBrokenOff(lost)) return 'broken-off'

  return lost.lost === 'timeout' && timeoutMs >= hangsAfterMs ? 'no-answer' : 'unknown'
}

/** What an attempt came to, and how long it was given. */
type Told = Pick<Attempted, 'outcome' | 'timeoutMs'>

const tellingOf = ({ outcome, timeoutMs }: Told, nowMs: number): PacedOutcome => {
  if (!isAnswer(outcome)) return { status: silenceOf(outcome, timeoutMs) }
  const { status, headers } = outcome

  return {
    status,
    usedUpForMs: status === 429 ? (serverDelayMs(headers, nowMs) ?? 0) : usedUpForMs(headers),
  }
}

/** Tells a pace what an attempt came to; what is returned is to be waited for. */
export const tellTurn = (call: Call, pace: Pace, told: Told): Promise<void> | undefined =>
  pace.ended(pacedAttempt(call), tellingOf(told, call.settings.clock.now()))
