/** How a file is worked through. */
export interface Bounds {
  /** How many events are sent, and their receipts looked at, before somebody approves of the rest. */
  readonly trial: number
  /** How many events may be without a receipt at a time. */
  readonly atOnce: number
  /** How long one more receipt is waited for where nothing is left to send, in milliseconds. */
  readonly patienceMs: number
  /** The same where more would be sent. */
  readonly longPatienceMs: number
}

/** What counts when the next step is decided. */
export interface Standing {
  /** How many events are to be sent. */
  readonly total: number
  /** For how many somebody has given their word. */
  readonly approved: number
  readonly sent: number
  /** Events without a receipt. */
  readonly open: number
  /** Since the last receipt, or the last event that was sent, in milliseconds. */
  readonly waitedMs: number
}

/**
 * `approve`: somebody looks at the receipts of the first events, and says whether the rest goes.
 * `stall`: as many are without a receipt as may be, and none comes.
 */
export type Step =
  | { readonly does: 'send'; readonly atMost: number }
  | { readonly does: 'await-receipts' | 'approve' | 'stall' | 'end' }

/** What SQS takes in one call. */
const batch = 10

/** What to do next with a file. Pure: the same standing has the same step. */
export function nextStep(standing: Standing, bounds: Bounds): Step {
  const { total, sent, open, waitedMs } = standing
  const left = allowed(standing, bounds) - sent
  const atMost = Math.min(left, bounds.atOnce - open, batch)
  if (atMost > 0) return { does: 'send', atMost }

  const patienceMs = left > 0 ? bounds.longPatienceMs : bounds.patienceMs
  if (open > 0 && waitedMs < patienceMs) return { does: 'await-receipts' }
  if (left > 0) return { does: 'stall' }
  return { does: sent < total ? 'approve' : 'end' }
}

function allowed({ total, approved }: Standing, { trial }: Bounds): number {
  return approved >= total ? total : Math.min(trial, total)
}
