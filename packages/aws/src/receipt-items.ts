import { createHash } from 'node:crypto'
import {
  type ClosableRow,
  foundByFirst,
  parseReceiptId,
  type ReceiptMark,
  receiptClosedAt,
  receiptId,
} from '@lapse/core/ports'
import { rowIn } from './row-attribute.ts'
import { type Item, keyOf, read, type Table, timeOf } from './table-items.ts'

/** After everything that begins with what stands before it. */
export const last = '~'

export const dayMs = 24 * 60 * 60 * 1000

/** The marks of a day, by time, and then what of them is settled: `settled#<time>#<index>`. */
export function partitionOf(day: string): string {
  return `receipts#${day}`
}

/** DynamoDB takes partition keys of up to 2,048 bytes, and a publisher's id may have more. */
const longestAbout = 1024

/** The receipts about something, by time; what is long stands there as its digest. */
export function partitionAbout(about: string): string {
  if (Buffer.byteLength(about) <= longestAbout) return `receipts-about#${about}`
  return `receipts-about#sha256:${createHash('sha256').update(about).digest('hex')}`
}

/** How far back marks are read. */
export const frontierKey: Item = { pk: { S: 'receipts-log' }, sk: { S: 'frontier' } }

export function dayOf(milliseconds: number): string {
  return timeOf(milliseconds).slice(0, 10)
}

/** The days from one time to another, both included, oldest first. */
export function daysBetween(from: number, to: number): readonly string[] {
  const first = Math.floor(from / dayMs)
  const length = Math.max(0, Math.floor(to / dayMs) - first + 1)
  return Array.from({ length }, (_, at) => dayOf((first + at) * dayMs))
}

/** A mark, and an entry for each thing that it is found by in one read. */
export function itemsOf(mark: ReceiptMark, expiresAt: number) {
  const expires_at = { N: String(expiresAt) }
  const sk = { S: receiptId(mark) }
  const entries = [...new Set(foundBy(mark))].map((about) => ({
    pk: { S: partitionAbout(about) },
    sk,
    expires_at,
  }))
  const about = { L: mark.about.map((one) => ({ S: one })) }
  return [...entries, { pk: { S: partitionOf(dayOf(mark.at)) }, sk, about, expires_at }]
}

/**
 * A second pass is found by its first. The event of a user is looked for among the marks: there are
 * more of these than of all others, each by its subject, and a write for each would cost more than
 * the rare question for one does.
 */
function foundBy({ row, about }: ReceiptMark): readonly string[] {
  if (row.pass === foundByFirst.second) return []
  const isOfUser = about.some((one) => one.startsWith('subject:'))
  return isOfUser ? about.filter((one) => !isEvent(one)) : about
}

/** Whether something to be found is an event. */
export function isEvent(about: string): boolean {
  return about.startsWith('event:')
}

/** The receipt by its name, strongly consistent; `undefined` where no row was closed so. */
export async function readReceipt(table: Table, id: string): Promise<string | undefined> {
  const mark = parseReceiptId(id)
  return mark && receiptClosedAt(await readRow(table, mark.row), mark.at)
}

export async function readRow(
  table: Table,
  row: ReceiptMark['row'],
): Promise<ClosableRow | undefined> {
  const item = await read(table, keyOf(row))
  return (rowIn(item?.['row']) ?? undefined) as ClosableRow | undefined
}
