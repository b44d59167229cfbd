import type { Block } from '../output/layout.ts'
import { print, printed, printRecord, shownJson } from '../output/print.ts'
import type { FiledReceipt } from './filed-receipts.ts'
import { type Summary, summaryBlock, summaryOf } from './summary.ts'

/** How a list is printed. */
export interface ListingOptions {
  readonly json?: boolean
  /** No more than so many. */
  readonly limit?: number
}

/**
 * Prints receipts as they come, each in a paragraph, or all of them in one JSON document, and keeps
 * none of them.
 *
 * @param isMeant told of each, at the time that it is printed
 * @param onPrint is called before something is printed
 * @returns how many
 */
export async function listReceipts(
  receipts: AsyncIterable<FiledReceipt>,
  { json = false, limit = Number.POSITIVE_INFINITY }: ListingOptions,
  isMeant: (summary: Summary) => boolean,
  onPrint: () => void,
): Promise<number> {
  const listing = json ? jsonListing() : textListing()
  let count = 0
  for await (const filed of receipts) {
    const summary = summaryOf(filed, Date.now())
    if (!isMeant(summary)) continue
    onPrint()
    listing.add(summary)
    count += 1
    if (count >= limit || !(await printed())) break
  }
  onPrint()
  listing.end()
  return count
}

interface Listing {
  add(summary: Summary): void
  end(): void
}

function textListing(): Listing {
  return { add: (summary) => print(summaryBlock(summary) satisfies Block), end: () => undefined }
}

/** One document, written bit by bit. */
function jsonListing(): Listing {
  const state = { isBegun: false }
  return {
    add(summary) {
      printRecord(`${state.isBegun ? ',' : '{"receipts":['}${shownJson(summary)}`)
      state.isBegun = true
    },
    end: () => printRecord(state.isBegun ? ']}' : '{"receipts":[]}'),
  }
}
