/**
 * Plays scenarios by their seeds, on every processor: `npm run test:faults`, which takes
 * `-- --from 1 --scenarios 2000`. `-- --seed 7` plays one of them again.
 */
import { parseArgs } from 'node:util'
import { playOnEveryProcessor } from './every-processor.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    scenarios: { type: 'string', default: '2000' },
  },
})
const from = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.scenarios) : 1
const played = await playOnEveryProcessor(from, count)
report(played)
process.exitCode =
  played.length === count && played.every(({ problems }) => problems.length === 0) ? 0 : 1
