import { type SomeReceipt, standingOf, verdictOf } from '@lapse/core/receipts'
import type { Receipt } from '@lapse/core/run'
import { type Block, hanging } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'
import { receiptLines } from '../output/receipt-lines.ts'
import type { ReceiptsOfEvent } from './events-named.ts'
import { timesKept } from './summary.ts'

/** An event as `lapse receipts show --json` has it. Stable: names and meanings stay. */
export function eventDocument(event: ReceiptsOfEvent, now: number) {
  const receipts = receiptsIn(event)
  const { ending, alive, notTold, followUp } = standingOf(receipts, now, true)
  return {
    verdict: verdictOf(receipts, now, true),
    ending,
    may_still_work: alive,
    sessions_not_told: notTold,
    follow_up: followUp.is,
    receipts: event,
  }
}

/** The verdict, and then every receipt. */
export function eventLines(event: ReceiptsOfEvent, now: number): readonly Block[] {
  return [
    hanging(styled('bold', timesKept(verdictOf(receiptsIn(event), now, true)))),
    ...event.flatMap(({ id, receipt }) => [
      '',
      ...receiptLines(receipt as unknown as Receipt),
      hanging(`  this receipt: ${plain(id)}`),
    ]),
  ]
}

function receiptsIn([first, ...others]: ReceiptsOfEvent): readonly [SomeReceipt, ...SomeReceipt[]] {
  return [first.receipt, ...others.map(({ receipt }) => receipt)]
}
