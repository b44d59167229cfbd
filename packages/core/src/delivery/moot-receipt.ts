import {
  type About,
  type EventRecord,
  isoTime,
  type MayStillWork,
  type Pass,
  type SupersededBy,
} from '../run/index.ts'

/** Why nothing is left to do for a dead letter: only what was seen, and nothing that is merely likely. */
export type MootBecause =
  /** The event has been processed: its receipt says what was done. */
  | {
      readonly receipt: {
        readonly workflow: string
        readonly pass: Pass
        readonly result: string
        readonly closed_at: string
      }
    }
  /** A later event about the same client or issuer has begun. */
  | { readonly superseded_by: SupersededBy }
  /** Ory was asked for the client by its id, and does not have it any more. */
  | { readonly client_gone: { readonly looked_at: string } }

/** A dead letter as receipts may know it: without its body, from whose digest a subject could be guessed. */
export interface ClosedLetter {
  /** The queue that its DLQ belongs to. */
  readonly queue: string
  /** On the DLQ. */
  readonly message_id: string
  /** Why it was dead-lettered. */
  readonly reason: string
  readonly redriven: number
  readonly sent_at: string
  /** The idempotency key of the event that it carries. */
  readonly event_key: string
}

/**
 * Says that a dead letter was closed because it was moot, in the shape of the receipts of events.
 * Nothing was done for the event here: what was done earlier stands in its own receipt. Immutable
 * once written. Times are RFC 3339.
 */
export interface MootReceipt extends About {
  readonly workflow: 'dead-letter'
  readonly pass: 'close'
  /** The event's, but for the key, which is the letter's as well. */
  readonly event: EventRecord
  readonly result: 'moot'
  readonly letter: ClosedLetter
  readonly because: MootBecause
  readonly opened_at: string
  readonly closed_at: string
  readonly attempts: readonly never[]
  readonly before: Readonly<Record<string, never>>
  readonly after: Readonly<Record<string, never>>
  readonly steps: readonly never[]
  readonly may_still_work: readonly MayStillWork[]
  readonly preconditions: readonly string[]
  readonly notes: readonly string[]
  readonly follow_up_not_before: null
}

/** What a moot receipt is made of. */
export interface MootFacts {
  readonly event: EventRecord
  readonly about: About
  readonly letter: Omit<ClosedLetter, 'event_key'>
  readonly because: MootBecause
  readonly mayStillWork: readonly MayStillWork[]
}

/** @param now milliseconds since the epoch */
export function mootReceipt(
  { event, about, letter, because, mayStillWork }: MootFacts,
  now: number,
): MootReceipt {
  const at = isoTime(now)
  return {
    workflow: 'dead-letter',
    pass: 'close',
    event: { ...event, key: `${event.key}#${letter.message_id}` },
    ...about,
    result: 'moot',
    letter: { ...letter, event_key: event.key },
    because,
    opened_at: at,
    closed_at: at,
    attempts: [],
    before: {},
    after: {},
    steps: [],
    may_still_work: mayStillWork,
    preconditions: [],
    notes: [
      'a dead letter was closed: nothing was left to do for its event, and nothing was done',
      ...('receipt' in because ? ['what may still work stands in the receipt of the event'] : []),
    ],
    follow_up_not_before: null,
  }
}
