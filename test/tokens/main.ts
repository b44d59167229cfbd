/**
 * Changes JWTs of Global Token Revocation in 10,000 ways, each of which the door has to refuse:
 * `npm run test:tokens`, which takes `-- --seed 7` for others.
 */
import { parseArgs } from 'node:util'
import { randomOf } from '../faults/whole/random.ts'
import { tryMutation, ways } from './mutations.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
  },
})
const random = randomOf(Number(values.seed))
const count = Number(values.count)
let accepted = 0

for (let index = 0; index < count; index += 1) {
  const way = ways[index % ways.length] ?? ''
  const problem = await tryMutation(way, random)
  if (problem !== undefined) {
    accepted += 1
    process.stderr.write(`${index}, ${way}: ${problem}\n`)
  }
  if (index % 1000 === 999) process.stderr.write(`${index + 1} tokens\n`)
}

process.stdout.write(`seed ${values.seed}: ${count} mutated tokens, ${accepted} accepted\n`)
process.exitCode = accepted === 0 ? 0 : 1
