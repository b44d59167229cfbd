import { expect, test } from 'vitest'
import { randomOf } from '../faults/whole/random.ts'
import { tryMutation, ways } from './mutations.ts'

// A sample of `npm run test:tokens`.
test.each(ways)('takes no JWT of which %s', async (way) => {
  const random = randomOf(7)
  for (let times = 0; times < 12; times += 1) expect(await tryMutation(way, random)).toBeUndefined()
})
