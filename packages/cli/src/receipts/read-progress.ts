import { isShown } from '../output/print.ts'
import { newProgress } from '../output/progress.ts'

/** How many receipts were read, told where no line of theirs is on the same terminal. */
export function readProgress() {
  const progress = newProgress()
  const read = { count: 0 }
  return {
    add(count: number) {
      read.count += count
      if (!isShown()) progress.update(`reading receipts: ${read.count} so far`)
    },
    clear: progress.clear,
  }
}
