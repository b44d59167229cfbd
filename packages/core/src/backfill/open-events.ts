import { inLanes } from '../concurrency.ts'
import type { UserDeleted } from '../events/index.ts'
import type { Ledger } from '../ports/index.ts'
import { namesOf, type Receipt, type Services, type WorkflowRow } from '../run/index.ts'

/** Where the receipts of events are. */
export interface Receipts extends Pick<Services, 'ledgerKey' | 'previousLedgerKeys'> {
  readonly ledger: Ledger<WorkflowRow>
}

/** The receipt of a line's event. */
export interface LineReceipt {
  readonly line: number
  readonly receipt: Receipt
}

/** Events that were sent and have no receipt yet. Holds no subject. */
export interface OpenEvents {
  readonly size: number
  /** Their lines, in no order. */
  readonly lines: readonly number[]
  add(line: number, event: UserDeleted): void
  /** Looks at those that were not looked at for the longest time; what has a receipt is not open any more. */
  look(): Promise<readonly LineReceipt[]>
}

/** How many are looked at in one go. */
export const mostLookedAt = 50

/** How many of them at a time. */
const lanes = 10

interface Open {
  readonly line: number
  readonly names: readonly string[]
}

export function openEvents(receipts: Receipts): OpenEvents {
  const open: Open[] = []
  return {
    get size() {
      return open.length
    },
    get lines() {
      return open.map(({ line }) => line)
    },
    add: (line, event) => {
      open.push({ line, names: namesOf(event, receipts) })
    },
    async look() {
      const looked = open.slice(0, mostLookedAt)
      const found = new Map<Open, Receipt>()
      await inLanes(lanes, looked, async (each) => {
        const receipt = await receiptUnder(each.names, receipts.ledger)
        if (receipt !== undefined) found.set(each, receipt)
      })
      open.splice(0, looked.length)
      open.push(...looked.filter((each) => !found.has(each)))
      return looked.flatMap((each) => {
        const receipt = found.get(each)
        return receipt === undefined ? [] : [{ line: each.line, receipt }]
      })
    },
  }
}

async function receiptUnder(
  names: readonly string[],
  ledger: Ledger<WorkflowRow>,
): Promise<Receipt | undefined> {
  for (const event of names) {
    const stored = await ledger.read({ workflow: 'user-deleted', event, pass: 'first' })
    if (stored?.row.receipt !== undefined) return stored.row.receipt
  }
  return undefined
}
