import { passIdOf, type SomeReceipt } from './some-receipt.ts'

/** A pass that a receipt says is to come. */
export interface Announced {
  /** As `passIdOf` gives it of its receipt. */
  readonly passId: string
  /** The event's id, by which the index finds it. */
  readonly eventId: string
  /** RFC 3339. */
  readonly notBefore: string
}

/** So much later than due a pass is late: it hops through a queue, or waits for the next sweep. */
const lateAfterMs = 2 * 3_600_000

/** The pass that a receipt announces. A repair's is that of the rotation within which it was made. */
export function announcedBy(receipt: SomeReceipt): Announced | undefined {
  const { workflow, event, pass, follow_up_not_before: notBefore } = receipt
  if (notBefore === null || isFollowUp(receipt) || pass === 'repair') return undefined
  const next = workflow === 'secret-rotation' ? 'retire' : 'follow-up'
  return { passId: passIdOf({ ...receipt, pass: next }), eventId: event.id, notBefore }
}

/** Whether a receipt is of a pass that others announce. */
export function isFollowUp({ pass }: Pick<SomeReceipt, 'pass'>): boolean {
  return pass === 'follow-up' || pass === 'retire'
}

/** Whether a pass that has not been made is one to ask about. @param now milliseconds since the epoch */
export function isLate({ notBefore }: Announced, now: number): boolean {
  return Date.parse(notBefore) + lateAfterMs < now
}
