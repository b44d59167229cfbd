import type { Lane } from '../lane.ts'
import type { About, Counts, EventRecord, Pass } from './event-record.ts'
import type { WaitedFor } from './waited.ts'

/**
 * What may be said of the calls of one kind. `observed`: seen before, and seen gone afterwards;
 * only this is proven. `acknowledged`: accepted, with nothing to look at. `requested`: somebody
 * else was asked to act, or an answer got lost and nobody looked afterwards. `refused`: Ory would
 * not, and the plan went on without it. `found-done`: no answer said so, but a later look found
 * nothing left to do.
 */
export type Status = 'observed' | 'acknowledged' | 'requested' | 'refused' | 'found-done'

/** One thing that calls ended, and how far that is proven. */
export interface Ended {
  readonly what: string
  readonly status: Status
  /** Present where the status is `observed`. */
  readonly seen?: { readonly before: number; readonly after: number }
}

/** The calls of one kind, over all attempts. */
export interface ReceiptStep {
  readonly op: string
  /** Which parameter chose what the calls acted on. */
  readonly by: string
  /** The status of what the calls are made for first; the rest is in `ends`. */
  readonly status: Status
  readonly ends: readonly Ended[]
  /** How many different calls were meant. */
  readonly calls: number
  /** How many of them were accepted, or had nothing left to end. */
  readonly accepted: number
  /** Every outcome of every attempt, a crashed one's too; 0 stands for those not listed any more. */
  readonly attempts: readonly {
    readonly attempt: number
    readonly outcomes: Readonly<Record<string, number>>
  }[]
}

/** Something that these calls do not end. `until` is RFC 3339, or `null`: until somebody ends it. */
export interface MayStillWork {
  readonly what: string
  readonly until: string | null
  readonly why: string
  readonly count?: number
  /** When it was looked at, RFC 3339, where that was for several events at once. */
  readonly as_of?: string
}

/** How long an event waited for one thing, from when it was first put off. */
export interface WaitedInReceipt {
  readonly for: WaitedFor
  /** In milliseconds, over all attempts. */
  readonly ms: number
  /**
   * When it was expected to go on, as it was told last: at its turn, or to try again; RFC 3339. Absent
   * of `redelivery`, and in receipts before 2026-12.
   */
  readonly expected?: string
  /** Of `rate-limit`: when its turn was expected, as it was told last, by bucket; RFC 3339. */
  readonly turns?: Readonly<Record<string, string>>
}

/**
 * `superseded`: a later event about the same thing has begun, so nothing more was done and nothing
 * looked at; `steps` are those that earlier attempts had made by then.
 */
export type Result = 'done' | 'superseded'

/** The later event about the same thing, as ledger, receipts and logs may know it. */
export interface SupersededBy {
  readonly id: string
  readonly source: string
  /** RFC 3339. */
  readonly time: string
}

/** What was seen and done for one event in one pass. Immutable once written. */
export interface Receipt extends About {
  readonly workflow: string
  readonly pass: Pass
  /** That of the delivery that wrote it; receipts before 2026-12 have none. */
  readonly lane?: Lane
  readonly event: EventRecord
  readonly result: Result
  /** Present where the result is `superseded`. */
  readonly superseded_by?: SupersededBy
  readonly opened_at: string
  readonly closed_at: string
  /**
   * How long after the event's time what it is to end was seen gone, in milliseconds; absent where
   * nobody looked, in second passes, and in receipts before 2026-12.
   */
  readonly observed_after_ms?: number
  /** Absent where it never waited, and in receipts before 2026-12. */
  readonly waited?: readonly WaitedInReceipt[]
  /** Attempts before those that are listed. */
  readonly earlier_attempts: number
  readonly attempts: readonly {
    readonly number: number
    readonly started_at: string
    readonly ended_at: string | null
    /** `closed`, an error code, or `died`. */
    readonly outcome: string
  }[]
  readonly before: Counts
  /** Holds what was looked at; empty where nothing could be: `notes` says so. */
  readonly after: Counts
  /**
   * What `after` would count had Ory's list been read, by its names, where something else was looked at.
   * Absent where it was read, where nothing was looked at, and in receipts before 2026-12.
   */
  readonly unseen_after?: readonly string[]
  readonly steps: readonly ReceiptStep[]
  readonly may_still_work: readonly MayStillWork[]
  /** What this receipt takes for granted and nobody here has checked. */
  readonly preconditions: readonly string[]
  /** What a person should know besides. */
  readonly notes: readonly string[]
  /** When the follow-up pass is due, RFC 3339; `null` where none follows. */
  readonly follow_up_not_before: string | null
}

/**
 * Whether all was done and nobody could look afterwards, as Ory's list could not be read. A rotation
 * reads none: what its receipt counts are the credentials that were tried, and a rollback tries one
 * before it moves the label.
 */
export function isUnseen({
  workflow,
  result,
  after,
  unseen_after,
}: Pick<Receipt, 'after' | 'unseen_after'> & {
  readonly workflow: string
  readonly result: string
}): boolean {
  if (result !== 'done' || workflow === 'secret-rotation') return false
  return unseen_after !== undefined || Object.keys(after).length === 0
}

/** Whom and what a receipt is about, as it is looked for. */
export function thingsIn({
  subject,
  client_id,
  issuer,
  owner,
  event,
}: Pick<Receipt, keyof About | 'event'>): readonly string[] {
  const things = [
    ['subject', subject],
    ['client', client_id],
    ['issuer', issuer],
    ['owner', owner],
    ['event', event.id],
    // Whoever looks for an event about several finds what became of each.
    ['event', event.parent],
  ] as const
  return things.flatMap(([kind, name]) => (name === undefined ? [] : [`${kind}:${name}`]))
}
