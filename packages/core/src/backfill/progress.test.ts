import { expect, test } from 'vitest'
import { progressOf } from './progress.ts'

const counts = { total: 1000, sent: 300, done: 200 }

test('tells the rate since counting began, and when the last receipt is expected', () => {
  expect(progressOf(counts, { done: 100, at: 0 }, 120_000)).toEqual({
    ...counts,
    perMinute: 50,
    finishAt: 120_000 + 960_000,
  })
})

test('tells no rate where no receipt came, or no time has gone by', () => {
  expect(progressOf(counts, { done: 200, at: 0 }, 60_000)).toEqual(counts)
  expect(progressOf(counts, { done: 100, at: 60_000 }, 60_000)).toEqual(counts)
})
