import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

const DAY_MS = 86_400_000

test('rings at a time that has come, and not before', async () => {
  const rung: string[] = []
  const later = new Promise<number>((resolve) => {
    systemClock.at(systemClock.now() + 20, () => resolve(systemClock.now()))
  })
  const startedAt = systemClock.now()
  const offs = [30, 365].map((days) =>
    systemClock.at(systemClock.now() + days * DAY_MS, () => rung.push(`${days} days`)),
  )
  const off = systemClock.at(systemClock.now() + 10, () => rung.push('called off'))
  off()
  systemClock.at(systemClock.now() - DAY_MS, () => rung.push('past'))

  // A timer may ring up to a millisecond early.
  expect(await later).toBeGreaterThanOrEqual(startedAt + 18)
  for (const callOff of offs) callOff()

  expect(rung).toEqual(['past'])
})
