/**
 * Deletes 10,000 users through the whole local system while one request to Ory in twenty fails, and
 * all of them for an hour: `npm run test:soak`, which takes
 * `-- --events 10000 --down-minutes 60 --seed 1`.
 */
import './passing-time.ts'
import { parseArgs } from 'node:util'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000' },
    'down-minutes': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const soaked = await soak({
  events: Number(values.events),
  seed: Number(values.seed),
  faultPercent: 5,
  downMs: Number(values['down-minutes']) * 60_000,
  tell: (line) => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify(soaked, undefined, 2)}\n`)
const { sent, receipts, doubles, deadLetters, consentsLeft, leftWithoutALine, receivedByNobody } =
  soaked
const dead = Object.values(deadLetters).reduce((sum, count) => sum + count, 0)
const isWhole = receipts['follow-up'] + dead === sent && doubles === 0
const isTold = leftWithoutALine + receivedByNobody === 0
process.exitCode = isWhole && isTold && (dead > 0 || consentsLeft === 0) ? 0 : 1
