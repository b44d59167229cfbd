import type { RotationReceipt } from '@lapse/core/rotation'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { rotationOutcome } from './rotation-outcome.ts'

const receipt = { workflow: 'secret-rotation' } as RotationReceipt

interface Seen {
  readonly stages: readonly string[]
  readonly receipt?: RotationReceipt
}

/** Looks that show one thing after the other, the last of them for good. */
async function waited(seen: readonly Seen[], stopped = false) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const at = { look: 0 }
  const now = () => seen[Math.min(at.look, seen.length - 1)] as Seen
  const told: string[] = []
  const stop = new AbortController()
  const outcome = await rotationOutcome(
    { stages: async () => now().stages, receipt: async () => now().receipt },
    60_000,
    {
      clock,
      pause: async (milliseconds) => {
        clock.advance(milliseconds)
        at.look += 1
        if (stopped) stop.abort(new Error('interrupted'))
      },
      tell: (what) => void told.push(what),
      signal: stop.signal,
    },
  )
  return { outcome, told }
}

test('ends with the receipt', async () => {
  const { outcome, told } = await waited([
    { stages: [] },
    { stages: ['AWSPENDING'] },
    { stages: ['AWSCURRENT'], receipt },
  ])

  expect(outcome).toEqual({ result: 'receipt', receipt })
  expect(told).toEqual([
    'Secrets Manager has begun no version yet',
    'the new version is at AWSPENDING',
  ])
})

test('ends where the version is gone again', async () => {
  const { outcome } = await waited([{ stages: ['AWSPENDING'] }, { stages: [] }])

  expect(outcome).toEqual({ result: 'given-up' })
})

test('ends where the patience is over', async () => {
  expect((await waited([{ stages: ['AWSPENDING'] }])).outcome).toEqual({ result: 'unfinished' })
})

test('ends where somebody stops it', async () => {
  await expect(waited([{ stages: ['AWSPENDING'] }], true)).rejects.toThrow('interrupted')
})
