import { expect, test } from 'vitest'
import { simulation } from './simulation.ts'

const hour = 3_600_000

const patience = { settled: () => 0, standstillMs: 24 * hour }

test('ends when only what is not worth waiting for is left', async () => {
  const time = simulation(0)
  time.in(2 * hour, () => undefined)
  time.in(3 * hour, () => undefined, false)

  await time.settle(patience)

  expect(time.now()).toBe(2 * hour)
})

test('waits for as long as something is settled now and then, and no longer', async () => {
  const time = simulation(0)
  const state = { settled: 0 }
  const tryAgain = (): void => {
    if (time.now() < 100 * hour) state.settled += 1
    time.in(hour, tryAgain)
  }
  tryAgain()

  await expect(time.settle({ ...patience, settled: () => state.settled })).rejects.toThrow(
    'nothing was settled in 24 hours: this never ends',
  )
  expect(time.now()).toBe((99 + 25) * hour)
})

test('notices who goes round in circles without any time passing', async () => {
  const time = simulation(0)
  const again = (): void => void time.in(0, again)
  again()

  await expect(time.settle(patience)).rejects.toThrow('this goes round in circles')
})
