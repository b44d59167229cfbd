import type { Attributes } from '../ports/index.ts'
import type { Pass } from '../run/index.ts'
import { textOfTime, timeOf, toleranceMs } from './attribute-time.ts'
import type { Message } from './message.ts'
import type { Waiting } from './waiting.ts'
import { waitingAttributes, waitingOf } from './waiting-attributes.ts'

/** What lapse itself says of a message, beside the body. Times are milliseconds since the epoch. */
export interface Envelope {
  readonly pass: Pass
  /** Absolute: a follow-up hops through the queue's delay until then. */
  readonly notBefore?: number | undefined
  /** What the first pass called the event in the ledger. */
  readonly eventKey?: string | undefined
  /** Absent where it never had to wait, or where its time begins anew. */
  readonly waiting?: Waiting | undefined
}

/** The longest a queue delays a message. */
export const longestDelaySeconds = 900

const names = {
  pass: 'lapse-pass',
  notBefore: 'lapse-not-before',
  eventKey: 'lapse-event-key',
} as const

/** Why a message was put on the DLQ. */
export const reasonName = 'lapse-reason'

/** The id a message had before it was copied to the DLQ. */
export const messageIdName = 'lapse-message-id'

/** The envelope as attributes of a message that is sent now. */
export function attributesOf(
  { pass, notBefore, eventKey, waiting }: Envelope,
  now: number,
): Attributes {
  return {
    [names.pass]: pass,
    ...(notBefore !== undefined && { [names.notBefore]: textOfTime(notBefore) }),
    ...(eventKey !== undefined && { [names.eventKey]: eventKey }),
    ...(waiting !== undefined && waitingAttributes(waiting, now)),
  }
}

/**
 * Reads what `attributesOf` wrote. What is not there, not readable or cannot be counts as never
 * said; so does all waiting of a message that was on a DLQ: whoever sends it back gives it its time
 * anew.
 */
export function readEnvelope(message: Message, now: number): Envelope {
  const { attributes } = message
  const eventKey = attributes[names.eventKey]
  return {
    pass: attributes[names.pass] === 'follow-up' ? 'follow-up' : 'first',
    notBefore: timeOf(attributes[names.notBefore]),
    eventKey: /^[0-9a-f]{64}$/.test(eventKey ?? '') ? eventKey : undefined,
    waiting: attributes[reasonName] === undefined ? waitingOf(message, now) : undefined,
  }
}

const hourMs = 60 * 60_000

/**
 * What is believed of an envelope on a queue whose workflow runs again after `followUpAfterMs`;
 * absent: never. A producer's mistake delays no first pass, and makes no first pass a follow-up.
 */
export function believed(
  envelope: Envelope,
  followUpAfterMs: number | undefined,
  now: number,
): Envelope {
  const { pass, notBefore = 0, waiting } = envelope
  if (followUpAfterMs === undefined || pass === 'first') return { pass: 'first', waiting }
  // An hour at least: follow-ups that were sent under a longer setting keep their time.
  const latest = now + Math.max(followUpAfterMs, hourMs) + toleranceMs
  return notBefore > latest ? { ...envelope, notBefore: undefined } : envelope
}

/** Whole seconds of delay that end no earlier than `time`, or the longest hop towards it. */
export function delaySecondsUntil(time: number, now: number): number {
  return Math.min(longestDelaySeconds, Math.max(0, Math.ceil((time - now) / 1000)))
}
