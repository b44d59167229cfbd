import type { ReceiptEntry, ReceiptIndex } from '@lapse/core/ports'
import type { Sought } from './sought.ts'

/** What the index has under any of these names, and where that is nothing, under the others. */
export async function* foundReceipts(
  index: Pick<ReceiptIndex, 'find'>,
  { abouts, otherwise }: Sought,
): AsyncGenerator<ReceiptEntry> {
  let isFound = false
  for await (const entry of allOf(index, abouts)) {
    isFound = true
    yield entry
  }
  if (!isFound) yield* allOf(index, await otherwise())
}

async function* allOf(index: Pick<ReceiptIndex, 'find'>, abouts: readonly string[]) {
  for (const about of abouts) yield* index.find(about)
}
