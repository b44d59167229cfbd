import { LeaseHeldError } from '../errors.ts'
import type { Clock, Ledger, RowKey } from '../ports/index.ts'
import { receiptRetentionMs } from './retention.ts'
import { beginAttempt, endAttempt, type WorkflowRow } from './row.ts'

/** Past its deadline an attempt may still have one call on the wire; its lease outlives that. */
const leaseMarginMs = 1000

/** The ledger's row of a running attempt. Every write is refused once somebody took the row over. */
export interface OpenRow {
  readonly row: WorkflowRow
  /**
   * Replaces the row by what `change` makes of it. A change whose write fails is not forgotten: it
   * is in the row that the next write carries.
   */
  update(change: (row: WorkflowRow) => WorkflowRow): Promise<void>
}

/**
 * Takes the row of an event and pass, for as long as the invocation may run.
 * @returns the row as it is if it is closed already
 * @throws LeaseHeldError while another attempt may still be running
 */
export async function openRow(
  key: RowKey,
  blank: WorkflowRow,
  { ledger, clock }: { readonly ledger: Ledger<WorkflowRow>; readonly clock: Clock },
  deadline: number,
): Promise<OpenRow> {
  const stored = await ledger.read(key)
  const found = stored?.row ?? blank
  const state = { row: found, version: stored?.version ?? 0 }
  const open: OpenRow = {
    get row() {
      return state.row
    },
    async update(change) {
      state.row = change(state.row)
      const expiresAt = expiryOf(state.row, clock.now())
      state.version = await ledger.write(key, state.row, state.version, expiresAt)
    },
  }
  if (found.receipt !== undefined) return open
  if (found.leaseUntil > clock.now()) throw new LeaseHeldError(found.leaseUntil)

  await open.update((row) => beginAttempt(row, clock.now(), deadline + leaseMarginMs))
  return open
}

/**
 * Gives the row back with the reason; if even that fails, the lease runs out by itself. A row whose
 * closing failed is left as it is: nobody knows whether its receipt is written.
 */
export async function leaveRow(open: OpenRow, clock: Clock, outcome: string): Promise<void> {
  if (open.row.receipt !== undefined) return
  await open.update((row) => endAttempt(row, clock.now(), outcome)).catch(() => undefined)
}

function expiryOf(row: WorkflowRow, now: number): number | undefined {
  return row.receipt === undefined ? undefined : Math.ceil((now + receiptRetentionMs) / 1000)
}
