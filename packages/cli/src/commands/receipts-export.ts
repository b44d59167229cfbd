import { csvHead, csvLine, ocsfEvent } from '@lapse/core/receipts'
import { UsageError } from '../errors.ts'
import { printed, printJsonLine, printRecord } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { type FiledReceipt, filed, receiptsOf } from '../receipts/filed-receipts.ts'
import { tellIfOlderThanKept } from '../receipts/older-than-kept.ts'
import { withReceipts } from '../receipts/open-index.ts'
import { type RangeOptions, rangeOf } from '../receipts/range.ts'
import { readProgress } from '../receipts/read-progress.ts'

export interface ExportOptions extends RangeOptions, StageOption {
  readonly format?: ExportFormat
  readonly json?: boolean
}

export const exportFormats = ['ndjson', 'csv', 'ocsf'] as const
export type ExportFormat = (typeof exportFormats)[number]

interface Format {
  readonly begin: () => void
  readonly add: (filed: FiledReceipt) => void
}

const nothing = () => undefined

const formats: Readonly<Record<ExportFormat, Format>> = {
  ndjson: { begin: nothing, add: printJsonLine },
  csv: {
    begin: () => printCsv(csvHead),
    add: ({ id, receipt }) => printCsv(csvLine(id, receipt)),
  },
  ocsf: { begin: nothing, add: ({ id, receipt }) => printJsonLine(ocsfEvent(id, receipt)) },
}

/** `lapse receipts export`: every receipt of a time for another program, oldest first. */
export async function exportReceipts({
  format,
  json = false,
  ...options
}: ExportOptions): Promise<void> {
  if (json && format !== undefined && format !== 'ndjson')
    throw new UsageError('--json is --format ndjson; give one of them')
  const now = Date.now()
  const range = rangeOf(options, now, '30d')
  const { begin, add } = formats[format ?? 'ndjson']
  tellIfOlderThanKept(range, now)
  await withReceipts(options, async ({ index }) => {
    const progress = readProgress()
    begin()
    const entries = index.list({ ...range, oldestFirst: true })
    try {
      for await (const receipt of receiptsOf(filed(index, entries, progress.add))) {
        add(receipt)
        if (!(await printed())) return
      }
    } finally {
      progress.clear()
    }
  })
}

function printCsv(record: string): void {
  printRecord(record.replace(/\r\n$/, ''), '\r\n')
}
