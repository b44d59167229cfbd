/** Plays scenarios by their seeds: `npm run test:faults -- --scenarios 2000 --from 1`, or one: `--seed 7`. */
import { parseArgs } from 'node:util'
import { playAll } from './play-all.ts'
import { report } from './report.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    scenarios: { type: 'string', default: '2000' },
  },
})
const from = Number(values.seed ?? values.from)
const played = await playAll(from, values.seed === undefined ? Number(values.scenarios) : 1)
report(played)
process.exitCode = played.some(({ problems }) => problems.length > 0) ? 1 : 0
