import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { once } from './once.ts'

function counted(outcomes: readonly (string | Error)[]) {
  const calls = { made: 0 }
  const make = async () => {
    const outcome = outcomes[Math.min(calls.made, outcomes.length - 1)]
    calls.made += 1
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return { make, calls }
}

test('makes once what is used at the same time and later', async () => {
  const { make, calls } = counted(['made'])
  const get = once(make)

  expect(await Promise.all([get(), get()])).toEqual(['made', 'made'])
  expect(await get()).toBe('made')
  expect(calls.made).toBe(1)
})

test('forgets a failure', async () => {
  const { make } = counted([new Error('not yet'), 'made'])
  const get = once(make)

  await expect(get()).rejects.toThrow('not yet')
  expect(await get()).toBe('made')
})

test('makes anew what has become too old', async () => {
  const { make } = counted(['old', 'new'])
  const clock = manualClock('2026-01-02T03:04:05Z')
  const get = once(make, { maxAgeMs: 60_000, now: clock.now })

  expect(await get()).toBe('old')
  clock.advance(59_999)
  expect(await get()).toBe('old')
  clock.advance(1)
  expect(await get()).toBe('new')
})
