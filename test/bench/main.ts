/** What lapse costs. Ratios within one run mean something on any machine; the other numbers on yours. */
import { benchFirstAnswer } from './first-answer.ts'
import { benchThroughput } from './throughput.ts'

console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}; this takes about a minute.`,
)
await benchThroughput()
await benchFirstAnswer()
