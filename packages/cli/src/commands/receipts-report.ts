import { UsageError } from '../errors.ts'
import { printJson, printLines } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { makeReport } from '../receipts/make-report.ts'
import { withReceipts } from '../receipts/open-index.ts'
import { type RangeOptions, rangeOf } from '../receipts/range.ts'
import { readProgress } from '../receipts/read-progress.ts'
import { htmlOf } from '../receipts/report-html.ts'
import { markdownOf } from '../receipts/report-markdown.ts'

export interface ReportOptions extends RangeOptions, StageOption {
  readonly format?: keyof typeof formats
  readonly json?: boolean
}

const formats = { html: htmlOf, markdown: markdownOf } as const

/** `lapse receipts report`: a page for people about the receipts of a time. */
export async function reportReceipts({ format, json, ...options }: ReportOptions): Promise<void> {
  if (json && format !== undefined) throw new UsageError('give one of --json and --format')
  const now = Date.now()
  const range = rangeOf(options, now, '30d')
  await withReceipts(options, async ({ index }) => {
    const progress = readProgress()
    const report = await makeReport(index, range, now, progress.add).finally(progress.clear)
    if (json) printJson(report)
    else printLines(formats[format ?? 'markdown'](report, options))
  })
}
