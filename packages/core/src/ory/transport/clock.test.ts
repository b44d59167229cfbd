import { expect, test } from 'vitest'
import { stillClock } from '../mocked-ory.ts'
import { systemClock, wait } from './clock.ts'

test('waits until the time has passed', async () => {
  const { clock, fireNext, pending } = stillClock()
  const waited = wait(clock, 5000, undefined)
  expect(pending()).toBe(1)
  fireNext()

  expect(await waited).toBe(true)
})

test('does not wait at all where the signal was aborted before', async () => {
  const { clock, pending } = stillClock()

  expect(await wait(clock, 5000, AbortSignal.abort())).toBe(false)
  expect(pending()).toBe(0)
})

test('takes the time from the machine', async () => {
  const before = Date.now()
  expect(await wait(systemClock, 1, undefined)).toBe(true)

  expect(systemClock.now()).toBeGreaterThanOrEqual(before)
})

test('forgets a timer that is cleared', async () => {
  const timer = systemClock.setTimeout(() => expect.unreachable(), 1)
  systemClock.clearTimeout(timer)

  expect(await wait(systemClock, 5, undefined)).toBe(true)
})
