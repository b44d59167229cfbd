import { unprintable } from '../unprintable.ts'
import type { SomeReceipt } from './some-receipt.ts'
import { isAlive, laterEnd, sessionsNotTold } from './standing.ts'
import { verdictOf } from './verdict.ts'

type Cell = string | number | null | undefined

/** What a spreadsheet takes for the beginning of a formula, full-width forms among it. */
const formula = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u

/** Columns after the receipt's id, in this order; new ones are only ever added at the end. */
const columns: Readonly<Record<string, (receipt: SomeReceipt) => Cell>> = {
  workflow: ({ workflow }) => workflow,
  pass: ({ pass }) => pass,
  lane: ({ lane }) => lane,
  result: ({ result }) => result,
  event_type: ({ event }) => event.type,
  event_id: ({ event }) => event.id,
  event_source: ({ event }) => event.source,
  event_time: ({ event }) => event.time,
  event_key: ({ event }) => event.key,
  subject: ({ subject }) => subject,
  client_id: ({ client_id }) => client_id,
  owner: ({ owner }) => owner,
  issuer: ({ issuer }) => issuer,
  opened_at: ({ opened_at }) => opened_at,
  closed_at: ({ closed_at }) => closed_at,
  follow_up_not_before: ({ follow_up_not_before }) => follow_up_not_before,
  verdict: (receipt) => verdictOf([receipt], Date.parse(receipt.closed_at), false),
  seen_before: ({ before }) => countsText(before),
  seen_after: ({ after }) => countsText(after),
  may_still_work: (receipt) =>
    aliveWhenClosed(receipt)
      .map(({ what }) => what)
      .join('; '),
  may_still_work_until: latestEnd,
  sessions_not_told: sessionsNotTold,
  notes: ({ notes }) => notes.join('; '),
  key_id: ({ key_id }) => key_id,
  event_parent: ({ event }) => event.parent,
  unseen_after: ({ unseen_after = [] }) => unseen_after.join('; '),
}

/** RFC 4180, with CRLF at its end. */
export const csvHead = lineOf(['receipt_id', ...Object.keys(columns)])

/** A receipt as it was when it was closed, in one record of RFC 4180 with CRLF at its end. */
export function csvLine(id: string, receipt: SomeReceipt): string {
  return lineOf([id, ...Object.values(columns).map((cellOf) => cellOf(receipt))])
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

/**
 * Text that a spreadsheet shows and does not reckon with: an apostrophe before what could be a
 * formula, and no character that ends a line or moves a cursor.
 */
function cellText(cell: Cell): string {
  if (typeof cell === 'number') return String(cell)
  const text = (cell ?? '').replace(unprintable, ' ')
  const harmless = formula.test(text) ? `'${text}` : text
  return /[",\s;']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function countsText(counts: SomeReceipt['before']): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}=${count}`)
    .join('; ')
}

function aliveWhenClosed({ may_still_work, closed_at }: SomeReceipt) {
  return may_still_work.filter((survivor) => isAlive(survivor, Date.parse(closed_at)))
}

/** RFC 3339; `open` where something works until somebody ends it; empty where nothing does. */
function latestEnd(receipt: SomeReceipt): string {
  const ends = aliveWhenClosed(receipt).map(({ until }) => until)
  return ends.length === 0 ? '' : (ends.reduce(laterEnd) ?? 'open')
}
