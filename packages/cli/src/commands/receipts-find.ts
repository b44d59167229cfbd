import { rowRetentionDays } from '@lapse/core/ports'
import { CommandError } from '../errors.ts'
import { printAside } from '../output/print.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import { filed, receiptsOf } from '../receipts/filed-receipts.ts'
import { foundReceipts } from '../receipts/found-receipts.ts'
import { type ListingOptions, listReceipts } from '../receipts/list-receipts.ts'
import { withReceipts } from '../receipts/open-index.ts'
import { readProgress } from '../receipts/read-progress.ts'
import { type SoughtOptions, soughtOf } from '../receipts/sought.ts'

export interface FindOptions extends SoughtOptions, ListingOptions, StageOption {}

/** `lapse receipts find`: every receipt about somebody or something, newest first. */
export async function findReceipts(options: FindOptions): Promise<void> {
  await withReceipts(options, async ({ index, place }) => {
    const sought = await soughtOf(options, place)
    const progress = readProgress()
    const receipts = receiptsOf(filed(index, foundReceipts(index, sought), progress.add))
    const count = await listReceipts(receipts, options, () => true, progress.clear).finally(
      progress.clear,
    )
    if (count === 0)
      throw new CommandError(
        `no receipt of it is here; they go after ${rowRetentionDays} days, and what waits or was refused has none: see ${commandAt(options, 'lapse dead-letters list')}`,
      )
    if (!options.json)
      printAside(`${commandAt(options, 'lapse receipts show <event id>')} shows one of them.`)
  })
}
