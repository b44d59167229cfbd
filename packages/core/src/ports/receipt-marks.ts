import type { RowKey } from './ledger.ts'

/**
 * So long a mark is waited for whose row is not closed, in milliseconds. Whoever made it closes the
 * row next or never does: an invocation ends after 15 minutes, AWS takes no request that was signed
 * more than 15 minutes ago.
 */
export const markPatienceMs = 30 * 60_000

/** A receipt whose row is about to be closed. */
export interface ReceiptMark {
  readonly row: RowKey
  /** When the row will say that it was closed; milliseconds since the epoch. */
  readonly at: number
  /**
   * Whom and what it is about: `subject:<pseudonym>`, `client:<id>`, `issuer:<url>`,
   * `secret:<ARN>`, `owner:<owner>`, `event:<id as the receipt has it>`.
   */
  readonly about: readonly string[]
}

/** Of the row of a receipt, what tells whether it was closed, and when. */
export interface ClosableRow {
  readonly receipt?: { readonly closed_at: string }
  /** When its receipt was marked, where that is not when the receipt says it was closed. */
  readonly markedAt?: number
}

/** The name of a receipt, or of what would have been one: `<time>#<workflow>#<event key>#<pass>`. */
export function receiptId({ row, at }: Pick<ReceiptMark, 'row' | 'at'>): string {
  return `${new Date(at).toISOString()}#${row.workflow}#${row.event}#${row.pass}`
}

/** What a name names; `undefined` for any other text. */
export function parseReceiptId(id: string): Pick<ReceiptMark, 'row' | 'at'> | undefined {
  // Of the parts only the event's key may hold the separator.
  const [, time = '', workflow = '', event = '', pass = ''] =
    /^([^#]+)#([^#]+)#(.+)#([^#]+)$/s.exec(id) ?? []
  const mark = { row: { workflow, event, pass }, at: Date.parse(time) }
  return Number.isNaN(mark.at) || receiptId(mark) !== id ? undefined : mark
}

/** The receipt of a row that was closed at this time, as JSON; `undefined` where it was not. */
export function receiptClosedAt(row: ClosableRow | undefined, at: number): string | undefined {
  const closedAt = closingTime(row)
  return closedAt === at ? JSON.stringify(row?.receipt) : undefined
}

/** When a row was closed, as its mark says it; `undefined` where it is open. */
export function closingTime(row: ClosableRow | undefined): number | undefined {
  if (row?.receipt === undefined) return undefined
  return row.markedAt ?? Date.parse(row.receipt.closed_at)
}

/** A second pass is not indexed by itself: it is found by the first one, and saves the writes. */
export const foundByFirst = { first: 'first', second: 'follow-up' } as const
