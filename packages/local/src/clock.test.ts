import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from './clock.ts'

const DAY_MS = 86_400_000

test('rings at a time that has come, and not before', async () => {
  const rung: string[] = []
  const startedAt = systemClock.now()
  const later = new Promise<number>((resolve) => {
    systemClock.at(systemClock.now() + 20, () => resolve(systemClock.now()))
  })
  const off = systemClock.at(systemClock.now() + 10, () => rung.push('called off'))
  off()
  systemClock.at(systemClock.now() - DAY_MS, () => rung.push('past'))

  // A timer may ring up to a millisecond early.
  expect(await later).toBeGreaterThanOrEqual(startedAt + 18)

  expect(rung).toEqual(['past'])
})

test('waits longer than a timer can', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const startedAt = systemClock.now()
  const rung: number[] = []
  systemClock.at(startedAt + 30 * DAY_MS, () => rung.push(systemClock.now() - startedAt))

  vi.advanceTimersToNextTimer()
  expect(systemClock.now() - startedAt).toBe(2 ** 31 - 1)
  expect(rung).toEqual([])

  vi.advanceTimersToNextTimer()
  expect(rung).toEqual([30 * DAY_MS])
})
