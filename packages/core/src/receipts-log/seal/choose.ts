import { ReceiptsLogError, type ReceiptsLogReason } from '../../errors.ts'
import type { PendingReceipts } from '../../ports/index.ts'
import { leafOf } from '../leaf.ts'

/** A receipt that can be sealed now. */
export interface Sealable {
  readonly id: string
  readonly leaf: Uint8Array
}

/** A receipt that can never be an entry, and holds up nobody. */
export interface Unsealable {
  readonly id: string
  readonly reason: ReceiptsLogReason
}

/** Which of the pending receipts are sealed next. */
export interface Choice {
  readonly chosen: readonly Sealable[]
  readonly refused: readonly Unsealable[]
  /** How many are marked whose rows are not closed. */
  readonly open: number
}

/** Takes closed receipts until there are enough of them. */
export async function choose(pending: PendingReceipts, most: number): Promise<Choice> {
  const chosen: Sealable[] = []
  const refused: Unsealable[] = []
  let open = 0
  for await (const { id, receipt } of pending.list()) {
    if (chosen.length === most) break
    const read = receipt === undefined ? undefined : sealable(id, receipt)
    if (read === undefined) open += 1
    else if ('leaf' in read) chosen.push(read)
    else refused.push(read)
  }
  return { chosen, refused, open }
}

function sealable(id: string, receipt: string): Sealable | Unsealable {
  try {
    return { id, leaf: leafOf(receipt) }
  } catch (error) {
    if (!(error instanceof ReceiptsLogError)) throw error
    return { id, reason: error.reason }
  }
}
