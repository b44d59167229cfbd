/**
 * Tampers with every receipt of a log of 1,000 in every way there is, and has each verified:
 * `npm run test:tampering`, which takes `-- --seed 7` for other misprints.
 */
import { parseArgs } from 'node:util'
import { numbersFrom, type Played, play } from './play.ts'
import { costlyTamperings, makeTarget, tamperings } from './tamperings.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const random = numbersFrom(Number(values.seed))
const target = await makeTarget(1000)
const played: Played[] = []
for (const tampering of tamperings) {
  for (let index = 0; index < target.size; index += 1)
    played.push(await play(target, tampering, index, random()))
  process.stderr.write(`${tampering.name}: ${target.size}\n`)
}
for (const tampering of costlyTamperings)
  for (let index = 0; index < target.size; index += 100)
    played.push(await play(target, tampering, index, random()))

const problems = played.filter(({ problem }) => problem !== undefined)
for (const { name, index, problem } of problems.slice(0, 20))
  process.stderr.write(`receipt ${index}, ${name}: ${problem}\n`)
process.stdout.write(
  `seed ${values.seed}: ${played.length} tamperings, ${problems.length} not refused as they have to be\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1
