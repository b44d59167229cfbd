import { playOnEveryProcessor } from '../faults/whole/every-processor.ts'
import { report } from '../faults/whole/report.ts'

const firstSeed = 1
const scenarios = 50

/** A few of the scenarios that `npm run test:faults` plays by the thousand. */
export const benchFaults = async (): Promise<void> => {
  console.log('\nFaults: some scenarios of `npm run test:faults`\n')
  report(await playOnEveryProcessor(firstSeed, scenarios))
}
