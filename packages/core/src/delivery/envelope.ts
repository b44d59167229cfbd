import type { Attributes } from '../ports/index.ts'
import type { Pass } from '../run/index.ts'

/** What lapse itself says of a message, beside the body. Times are milliseconds since the epoch. */
export interface Envelope {
  readonly pass: Pass
  /** Absolute: a follow-up hops through the queue's delay until then. */
  readonly notBefore?: number
  /** How often this message was put off because something of ours stood in its way. */
  readonly deferrals?: number
  /** When it was put off for the first time in a row. */
  readonly deferredSince?: number
  /** The code of the latest reason. */
  readonly deferredFor?: string
}

/** The longest a queue delays a message. */
const longestDelaySeconds = 900

const names = {
  pass: 'lapse-pass',
  notBefore: 'lapse-not-before',
  deferrals: 'lapse-deferrals',
  deferredSince: 'lapse-deferred-since',
  deferredFor: 'lapse-deferred-for',
} as const

/** Why a message was put on the DLQ. */
export const reasonName = 'lapse-reason'

/** The envelope as message attributes; times are RFC 3339, for whoever reads them on a DLQ. */
export function attributesOf(envelope: Envelope): Attributes {
  const { pass, notBefore, deferrals, deferredSince, deferredFor } = envelope
  return {
    [names.pass]: pass,
    ...(notBefore === undefined ? {} : { [names.notBefore]: new Date(notBefore).toISOString() }),
    ...(deferrals === undefined ? {} : { [names.deferrals]: String(deferrals) }),
    ...(deferredSince === undefined
      ? {}
      : { [names.deferredSince]: new Date(deferredSince).toISOString() }),
    ...(deferredFor === undefined ? {} : { [names.deferredFor]: deferredFor }),
  }
}

/**
 * Reads what `attributesOf` wrote. What is not there, or not readable, counts as never said; so do
 * the deferrals of a message that was on the DLQ: whoever sends it back gives it its time anew.
 */
export function readEnvelope(attributes: Attributes): Envelope {
  const notBefore = timeOf(attributes[names.notBefore])
  return {
    pass: attributes[names.pass] === 'follow-up' ? 'follow-up' : 'first',
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(attributes[reasonName] === undefined ? deferralOf(attributes) : {}),
  }
}

function deferralOf(attributes: Attributes): Pick<Envelope, 'deferrals' | 'deferredSince'> {
  const deferredSince = timeOf(attributes[names.deferredSince])
  const deferrals = Number.parseInt(attributes[names.deferrals] ?? '', 10)
  return {
    ...(deferrals > 0 ? { deferrals } : {}),
    ...(deferredSince === undefined ? {} : { deferredSince }),
  }
}

/** Whole seconds of delay that end no earlier than `time`, or the longest hop towards it. */
export function delaySecondsUntil(time: number, now: number): number {
  return Math.min(longestDelaySeconds, Math.max(0, Math.ceil((time - now) / 1000)))
}

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : time
}
