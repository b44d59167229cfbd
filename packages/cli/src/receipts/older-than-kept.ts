import { rowRetentionDays, rowRetentionMs } from '@lapse/core/ports'
import { printAside } from '../output/print.ts'
import type { Range } from './range.ts'

/** Says so where receipts were asked for that are kept no more: what is shown is not all there was. */
export function tellIfOlderThanKept({ from }: Range, now: number): void {
  if (from < now - rowRetentionMs)
    printAside(`Receipts of more than ${rowRetentionDays} days ago are kept here no more.`)
}
