/**
 * Tampers with every receipt of a log of 1,000 in ten ways, half of them with its proof, and has
 * each verified: `npm run test:tampering`, which takes `-- --seed 7` for others.
 */
import { parseArgs } from 'node:util'
import { randomOf } from '../../faults/whole/random.ts'
import { type Played, play } from './play.ts'
import { costlyTamperings, logTamperings, makeTarget, proofTamperings } from './tamperings.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const seed = Number(values.seed)
const random = randomOf(seed)
const target = await makeTarget(1000)

/** The ways to tamper with a log take turns, as a log costs more to verify than a proof. */
const turns = proofTamperings.length

function* tamperingsOf(index: number) {
  yield* proofTamperings
  for (let turn = 0; turn < turns; turn += 1)
    yield logTamperings[(seed + index * turns + turn) % logTamperings.length]
  if (index % 100 === 0) yield* costlyTamperings
}

const played: Played[] = []
for (let index = 0; index < target.size; index += 1) {
  for (const tampering of tamperingsOf(index))
    if (tampering !== undefined) played.push(await play(target, tampering, index, random.next()))
  if (index % 100 === 99) process.stderr.write(`${played.length} tamperings\n`)
}

const problems = played.filter(({ problem }) => problem !== undefined)
for (const { name, index, problem } of problems.slice(0, 20))
  process.stderr.write(`receipt ${index}, ${name}: ${problem}\n`)
process.stdout.write(
  `seed ${seed}: ${played.length} tamperings, ${problems.length} not refused as they have to be\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
