/** What lapse costs. Ratios within one run mean something on any machine; the other numbers on an idle one. */
import { availableParallelism, loadavg } from 'node:os'
import { benchBackfill } from './backfill.ts'
import { benchBundles } from './bundles.ts'
import { benchFaults } from './faults.ts'
import { benchFirstAnswer } from './first-answer.ts'
import { benchThroughput } from './throughput.ts'
import { benchWriteUnits } from './write-units.ts'

const processors = availableParallelism()
const [load = 0] = loadavg()

console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${processors} processors`,
)
if (load > processors / 2) {
  console.log(`The machine is busy (load ${load.toFixed(1)}): believe the ratios, not the times.`)
}
console.log('This takes some three minutes.')
await benchWriteUnits()
await benchFaults()
await benchBackfill()
await benchThroughput()
await benchFirstAnswer()
await benchBundles()
