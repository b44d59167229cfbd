import { RateBudgetError } from '@lapse/core/errors'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { waitingPace } from './waiting-pace.ts'

const clock = manualClock('2026-01-02T03:04:05Z')
const attempt = (deadline: number) => ({
  operation: 'o',
  port: 'admin' as const,
  bucket: 'admin-medium' as const,
  deadline,
})

/** A pace with room from a time on, and what was waited for. */
function world(roomAt: number) {
  const told: (readonly [string, number])[] = []
  const stop = new AbortController()
  const pace = waitingPace(
    {
      next: async ({ bucket }) => {
        if (clock.now() < roomAt) throw new RateBudgetError(bucket, roomAt)
        return { from: clock.now(), until: clock.now() + 250 }
      },
      ended: () => undefined,
    },
    {
      clock,
      pause: async (milliseconds) => clock.advance(milliseconds),
      tell: (...what) => void told.push(what),
      signal: stop.signal,
    },
  )
  return { pace, told, stop }
}

test('waits for room, and says for what and until when', async () => {
  const roomAt = clock.now() + 4000
  const { pace, told } = world(roomAt)

  expect(await pace.next(attempt(roomAt + 1000))).toMatchObject({ from: roomAt })
  expect(told).toEqual([['admin-medium', roomAt]])
})

test('does not wait beyond the deadline of the call', async () => {
  const roomAt = clock.now() + 4000
  const { pace, told } = world(roomAt)

  await expect(pace.next(attempt(roomAt))).rejects.toThrow(RateBudgetError)
  expect(told).toEqual([])
})

test('ends where somebody stops it', async () => {
  const roomAt = clock.now() + 4000
  const { pace, stop } = world(roomAt)
  stop.abort(new Error('interrupted'))

  await expect(pace.next(attempt(roomAt + 1000))).rejects.toThrow('interrupted')
})
