import { randomUUID } from 'node:crypto'
import { codeOf, LeaseHeldError, LedgerConflictError } from '../errors.ts'
import { leaseMarginMs } from '../leases/index.ts'
import { type Clock, type Ledger, type RowKey, rowExpiry, type Stored } from '../ports/index.ts'
import { acceptedCalls, beginAttempt, endAttempt, type WorkflowRow } from './row.ts'
import type { PutOff } from './waited.ts'

/** The ledger's row of a running attempt. Every write is refused once somebody took the row over. */
export interface OpenRow {
  readonly row: WorkflowRow
  /** Changes the row; what changed is in the next write, whatever that is made for. */
  note(change: (row: WorkflowRow) => WorkflowRow): void
  /**
   * Changes the row and writes it. A change whose write fails is in the next one, also where only
   * the answer to that write was lost.
   */
  update(change: (row: WorkflowRow) => WorkflowRow): Promise<void>
  /** Whether calls are noted as accepted of which the ledger knew nothing when it was taken. */
  readonly isFurther: boolean
  /** Whether it was taken for new without a look, and nothing is written yet that would say so. */
  readonly isSupposed: boolean
}

/** Told that the ledger knows of calls accepted that it knew nothing of before. */
export type Progressed = () => void

/** A row as it was found, or what stands there where none was. */
export interface Found {
  readonly key: RowKey
  readonly stored: Stored<WorkflowRow> | undefined
  readonly blank: WorkflowRow
  /** Whether nobody has looked if one stands there; absent: no. */
  readonly isSupposed?: boolean
}

/** How a row is taken. */
export interface Taking {
  readonly progressed?: Progressed | undefined
  /** How the message waited that brings the attempt. */
  readonly putOff?: PutOff | undefined
  /**
   * Whether it is taken with the first write that is made anyway: of two that work on it at the same
   * time one has that write refused, before it has done anything.
   */
  readonly isTakenLater?: boolean
}

/**
 * Takes the row of an event and pass, for as long as the invocation may run.
 * @returns the row as it is if it is closed already
 * @throws LeaseHeldError while another attempt may still be running
 */
export async function openRow(
  { key, stored, blank, isSupposed = false }: Found,
  { ledger, clock }: { readonly ledger: Ledger<WorkflowRow>; readonly clock: Clock },
  deadline: number,
  { progressed = () => undefined, putOff, isTakenLater = false }: Taking = {},
): Promise<OpenRow> {
  const state = { row: stored?.row ?? blank, version: stored?.version ?? 0, isUnanswered: false }
  const holder = randomUUID()
  const known = acceptedIn(state.row)
  const open: OpenRow = {
    get row() {
      return state.row
    },
    get isFurther() {
      return acceptedIn(state.row) > known
    },
    get isSupposed() {
      return isSupposed && state.version === 0
    },
    note(change) {
      state.row = change(state.row)
    },
    async update(change) {
      state.row = change(state.row)
      if (state.isUnanswered) state.version = (await heldVersion()) ?? state.version
      try {
        state.version = await ledger.write(key, state.row, state.version, rowExpiry(clock))
      } catch (error) {
        state.isUnanswered = !(error instanceof LedgerConflictError)
        throw error
      }
      state.isUnanswered = false
      if (open.isFurther) progressed()
    },
  }
  /** A write without an answer may have been made; `undefined` where nobody or another holds the row. */
  const heldVersion = async () => {
    const found = await ledger.read(key)
    return found?.row.holder === holder ? found.version : undefined
  }
  const { receipt, leaseUntil } = open.row
  if (receipt !== undefined) return open
  if (leaseUntil > clock.now()) throw new LeaseHeldError(leaseUntil)

  open.note((row) => ({
    ...beginAttempt(row, clock.now(), deadline + leaseMarginMs, putOff),
    holder,
  }))
  if (!isTakenLater) await takeNow(open, clock)
  return open
}

async function takeNow(open: OpenRow, clock: Clock): Promise<void> {
  try {
    await open.update((row) => row)
  } catch (error) {
    if (!(error instanceof LedgerConflictError)) await leaveRow(open, clock, codeOf(error))
    throw error
  }
}

/** What became of a row that was left; `never-ours`: another stands where none was written yet. */
export type Left = 'given-back' | 'never-ours' | 'failed'

/**
 * Gives the row back with the reason; if even that fails, the lease runs out by itself. Where closing
 * it failed and was done all the same, the version that is no longer ours keeps the receipt.
 */
export async function leaveRow(open: OpenRow, clock: Clock, outcome: string): Promise<Left> {
  if (open.row.receipt !== undefined) return 'given-back'
  try {
    await open.update((row) => endAttempt(row, clock.now(), outcome))
    return 'given-back'
  } catch (error) {
    return isAnothers(open, error) ? 'never-ours' : 'failed'
  }
}

/** Whether a write says that a row which was taken for new stands there already. */
export function isAnothers({ isSupposed }: OpenRow, error: unknown): boolean {
  return isSupposed && error instanceof LedgerConflictError
}

function acceptedIn({ steps }: WorkflowRow): number {
  return steps.reduce((sum, step) => sum + acceptedCalls(step), 0)
}
