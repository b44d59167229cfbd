import { inLanes } from '@lapse/core/concurrency'
import {
  parseReceiptId,
  type ReceiptEntry,
  type ReceiptIndex,
  rowRetentionMs,
} from '@lapse/core/ports'
import { newReport, passIdOf, type Report, type ReportInProgress } from '@lapse/core/receipts'
import { filed, receiptsOf } from './filed-receipts.ts'
import type { Range } from './range.ts'

/** Reads every receipt of a time once, and then the passes that came after it. */
export async function makeReport(
  index: ReceiptIndex,
  range: Range,
  now: number,
  onRead: (count: number) => void,
): Promise<Report> {
  const report = newReport({ ...range, now, keptSince: now - rowRetentionMs })
  const entries = index.list({ ...range, oldestFirst: true })
  for await (const { entry, receipt } of filed(index, entries, onRead)) {
    if (receipt !== undefined) report.add(receipt)
    else addNotClosed(report, entry)
  }
  await addLater(index, report, onRead)
  return report.figures()
}

function addNotClosed(report: ReportInProgress, { id, about }: ReceiptEntry): void {
  const row = parseReceiptId(id)?.row
  const eventId = about.find((one) => one.startsWith('event:'))?.slice('event:'.length)
  if (row === undefined || eventId === undefined) return
  report.addNotClosed({ passId: `${row.workflow}#${row.event}#${row.pass}`, eventId })
}

/** So many are looked for at a time. */
const lanes = 8

/** What was announced before the end of that time may have been made after it. */
async function addLater(
  index: ReceiptIndex,
  report: ReportInProgress,
  onRead: (count: number) => void,
): Promise<void> {
  await inLanes(lanes, report.missing(), async ({ passId, eventId }) => {
    const entries = index.find(`event:${eventId}`)
    for await (const { receipt } of receiptsOf(filed(index, entries, onRead)))
      if (passIdOf(receipt) === passId) report.addLate(receipt)
  })
}
