import { newProgress } from '../output/progress.ts'

/** How many receipts were read, told where no line of theirs is on the same terminal. */
export function readProgress() {
  const progress = newProgress()
  const read = { count: 0 }
  return {
    add(count: number) {
      read.count += count
      if (process.stdout.isTTY !== true) progress.update(`reading receipts: ${read.count} so far`)
    },
    clear: progress.clear,
  }
}
