import { expect, test } from 'vitest'
import { playAll } from './every-processor.ts'
import { playScenario } from './scenario.ts'

const scenarios = 32

test('whatever fails, events end in true receipts or on a DLQ with a reason', async () => {
  const played = await playAll(Array.from({ length: scenarios }, (_, index) => index + 1))
  const failed = played.filter(({ problems }) => problems.length > 0)

  expect(
    failed.map(({ seed, problems }) => [`npm run test:faults -- --seed ${seed}`, ...problems]),
  ).toEqual([])
  expect(new Set(played.flatMap(({ faults }) => [...faults.keys()])).size).toBeGreaterThan(20)
})

test('plays the same for the same seed', async () => {
  expect(await playScenario(4)).toEqual(await playScenario(4))
})
