import type { Receipt } from '../run/index.ts'

/** What receipts of events, of rotations and of dead letters that were closed have in common, and all that is read of either here. */
export interface SomeReceipt
  extends Pick<
    Receipt,
    | 'workflow'
    | 'lane'
    | 'event'
    | 'subject'
    | 'client_id'
    | 'owner'
    | 'issuer'
    | 'superseded_by'
    | 'waited'
    | 'opened_at'
    | 'closed_at'
    | 'before'
    | 'after'
    | 'unseen_after'
    | 'may_still_work'
    | 'preconditions'
    | 'notes'
    | 'follow_up_not_before'
  > {
  readonly pass: string
  /** `moot`: a dead letter was closed, since nothing was left to do for its event. */
  readonly result: Receipt['result'] | 'moot'
  readonly steps: readonly SomeStep[]
  /** From the event's time to when it was seen gone, in milliseconds; not in every receipt. */
  readonly observed_after_ms?: number
  /** The dead letter that was closed, where the result is `moot`. */
  readonly letter?: {
    readonly queue: string
    readonly message_id: string
    readonly reason: string
    /** The key of the event that it carries; that of this receipt's event is the letter's own. */
    readonly event_key: string
  }
  /** Which ledger key its pseudonyms were made with; receipts before 2026-12 do not say it. */
  readonly key_id?: string
}

/** The calls of one kind; nobody counts which of a rotation's were accepted, nor how they ended. */
export type SomeStep = Pick<Receipt['steps'][number], 'op' | 'by' | 'status' | 'ends' | 'calls'> & {
  readonly accepted?: number
  readonly attempts?: Receipt['steps'][number]['attempts']
}

/** A receipt out of the JSON that lapse has written. */
export function readReceipt(json: string): SomeReceipt {
  return JSON.parse(json) as SomeReceipt
}

/** Which receipt it is, of all that there can be: its row's name, without the time that ids begin with. */
export function passIdOf({
  workflow,
  event,
  pass,
}: Pick<SomeReceipt, 'workflow' | 'event' | 'pass'>): string {
  return `${workflow}#${event.key}#${pass}`
}

/** The key of the event that a receipt is about: of a dead letter that was closed, the one that it carries. */
export function eventKeyOf({ event, letter }: Pick<SomeReceipt, 'event' | 'letter'>): string {
  return letter?.event_key ?? event.key
}

/** Receipts of one event in the order of their passes. */
export function inOrder(receipts: readonly SomeReceipt[]): readonly SomeReceipt[] {
  return receipts.toSorted((one, other) => Date.parse(one.closed_at) - Date.parse(other.closed_at))
}
