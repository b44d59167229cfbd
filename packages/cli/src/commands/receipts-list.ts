import { printAside } from '../output/print.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { filed, receiptsOf } from '../receipts/filed-receipts.ts'
import { type ListingOptions, listReceipts } from '../receipts/list-receipts.ts'
import { tellIfOlderThanKept } from '../receipts/older-than-kept.ts'
import { withReceipts } from '../receipts/open-index.ts'
import { type RangeOptions, rangeOf } from '../receipts/range.ts'
import { readProgress } from '../receipts/read-progress.ts'
import type { Summary } from '../receipts/summary.ts'

export interface ListOptions extends RangeOptions, ListingOptions, StageOption {
  readonly workflow?: string
  readonly result?: string
  readonly mayStillWork?: boolean
}

/** `lapse receipts list`: receipts by time, newest first. */
export async function listReceiptsByTime(options: ListOptions): Promise<void> {
  const now = Date.now()
  const range = rangeOf(options, now, '24h')
  tellIfOlderThanKept(range, now)
  await withReceipts(options, async ({ index }) => {
    const progress = readProgress()
    const receipts = receiptsOf(filed(index, index.list(range), progress.add))
    const isMeant = (summary: Summary) => isChosen(summary, options)
    const count = await listReceipts(receipts, options, isMeant, progress.clear).finally(
      progress.clear,
    )
    if (options.json) return
    if (count > 0)
      printAside(`${commandAt(options, 'lapse receipts show <event id>')} shows one of them.`)
    else printAside('No such receipt in this time; --from 7d looks further back.')
  })
}

function isChosen(
  { workflow, result, may_still_work }: Summary,
  { workflow: meantWorkflow = workflow, result: meantResult = result, mayStillWork }: ListOptions,
): boolean {
  const hasLeft = mayStillWork !== true || may_still_work.length > 0
  return workflow === meantWorkflow && result === meantResult && hasLeft
}
