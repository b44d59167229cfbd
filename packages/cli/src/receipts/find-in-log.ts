import { parseReceiptId, type ReceiptMark, receiptId, rowRetentionMs } from '@lapse/core/ports'
import { readReceipt, type SomeReceipt } from '@lapse/core/receipts'
import type { PublishedLog } from '@lapse/core/receipts-log'
import type { FiledReceipt } from './filed-receipts.ts'

/** A receipt, and where it is in the log. */
export interface LoggedReceipt {
  readonly filed: FiledReceipt
  readonly index: number
}

/**
 * An event's receipts are closed within the time that the ledger keeps rows, and each is sealed within
 * that time: where a whole bundle is older than twice as long, none of them comes before it.
 */
const farthestMs = 2 * rowRetentionMs

/**
 * Looks through the log itself, which keeps receipts for years: those of an event, or the one that has
 * this id. The newest come first, and no further back than there can be any.
 *
 * @param names an id of a receipt, or those that an event may have in one
 * @param onRead told how many more were read
 * @returns in the order of the log
 * @throws ReceiptsLogError where the log cannot be read
 */
export async function findInLog(
  names: readonly string[],
  log: Pick<PublishedLog, 'backwards'>,
  onRead: (count: number) => void,
): Promise<readonly LoggedReceipt[]> {
  const found: LoggedReceipt[] = []
  const [only] = names.map(parseReceiptId)
  const last = { at: only?.at ?? Infinity }
  for await (const entries of log.backwards()) {
    const read = entries.map(({ index, leaf }) => loggedReceipt(index, leaf))
    onRead(read.length)
    for (const one of read) {
      const isSought = only === undefined ? isNamed(one, names) : isMarkedBy(only, one)
      if (!isSought) continue
      found.push(
        only === undefined ? one : { ...one, filed: { ...one.filed, id: receiptId(only) } },
      )
      last.at = Math.min(last.at, closedAt(one))
    }
    if (only !== undefined && found.length > 0) break
    const newest = read.reduce((latest, one) => Math.max(latest, closedAt(one)), 0)
    if (last.at !== Infinity && newest < last.at - farthestMs) break
  }
  return found.toSorted((one, other) => one.index - other.index)
}

function loggedReceipt(index: number, leaf: Uint8Array): LoggedReceipt {
  const receipt = readReceipt(Buffer.from(leaf).toString())
  return { index, filed: { id: idOf(receipt), receipt } }
}

/** As `lapse receipts list` has called it. */
function idOf({ workflow, pass, event, closed_at }: SomeReceipt): string {
  return receiptId({ row: { workflow, event: event.key, pass }, at: Date.parse(closed_at) })
}

function isNamed({ filed: { receipt } }: LoggedReceipt, names: readonly string[]): boolean {
  const { id, parent } = receipt.event
  return [id, parent].some((name) => name !== undefined && names.includes(name))
}

/**
 * Whether a mark is of this receipt: of the same row, and of when the receipt was closed, or, where it
 * is of a rotation, of when it was written, which is no later than it is kept.
 */
function isMarkedBy({ row, at }: Pick<ReceiptMark, 'row' | 'at'>, logged: LoggedReceipt): boolean {
  const { workflow, event, pass } = logged.filed.receipt
  const isOfRow = row.workflow === workflow && row.event === event.key && row.pass === pass
  const laterMs = at - closedAt(logged)
  return isOfRow && laterMs >= 0 && laterMs < rowRetentionMs
}

function closedAt({ filed }: LoggedReceipt): number {
  return Date.parse(filed.receipt.closed_at)
}
