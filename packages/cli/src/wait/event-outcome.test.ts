import type { WorkflowRow } from '@lapse/core/run'
import { manualClock } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { exampleReceipt } from '../testing/example-receipt.ts'
import { type EventLook, eventOutcome } from './event-outcome.ts'
import { waitText } from './wait-text.ts'

const start = Date.parse('2026-01-02T03:04:05Z')
const row = (change: Partial<WorkflowRow> = {}): WorkflowRow => ({
  workflow: 'user-deleted',
  pass: 'first',
  event: { key: 'k', type: 'user.deleted', id: 'e', source: 's', time: '' },
  about: {},
  openedAt: start,
  leaseUntil: 0,
  attempts: [],
  steps: [],
  ...change,
})

/** Looks that show another thing after some seconds. */
async function waited(
  at: (seconds: number) => { row?: WorkflowRow; letter?: string },
  { patienceMs = 60_000, stopAfter = Number.POSITIVE_INFINITY } = {},
) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const seconds = () => (clock.now() - start) / 1000
  const told: string[] = []
  const stop = new AbortController()
  const look: EventLook = {
    row: async () => at(seconds()).row,
    deadLetter: async () => {
      const reason = at(seconds()).letter
      return reason === undefined ? undefined : { reason, messageId: 'm' }
    },
    unbegun: async () => 'no worker has begun it',
  }
  const outcome = await eventOutcome(look, patienceMs, {
    clock,
    pause: async (milliseconds) => {
      clock.advance(milliseconds)
      if (seconds() > stopAfter) stop.abort(new Error('interrupted'))
    },
    tell: (why) => void told.push(why),
    signal: stop.signal,
  })
  return { outcome, told, seconds: seconds() }
}

test('ends with the receipt', async () => {
  const { outcome, told } = await waited((seconds) =>
    seconds < 3 ? {} : { row: row({ receipt: exampleReceipt }) },
  )

  expect(outcome).toEqual({ result: 'receipt', receipt: exampleReceipt })
  expect(new Set(told)).toEqual(new Set(['no worker has begun it']))
})

test('ends with the reason where the event is dead-lettered', async () => {
  const { outcome } = await waited((seconds) => (seconds < 3 ? {} : { letter: 'protected-client' }))

  expect(outcome).toEqual({ result: 'dead-letter', reason: 'protected-client', messageId: 'm' })
})

test('ends with what it waits for where the patience is over', async () => {
  const attempts = [{ number: 3, startedAt: start, endedAt: start, outcome: 'ERR_ORY_API' }]
  const { outcome, seconds } = await waited(() => ({ row: row({ attempts }) }))

  expect(outcome).toEqual({ result: 'waits', why: expect.stringMatching(/^attempt 3 .* for Ory;/) })
  expect(seconds).toBe(60)
})

test('ends where somebody stops it', async () => {
  await expect(waited(() => ({}), { stopAfter: 5 })).rejects.toThrow('interrupted')
})

test.each([
  ['ERR_ORY_CONFIGURATION', /waits for us: .* given up after 2026-01-06.03:04:05Z$/],
  ['ERR_CIRCUIT_OPEN', /waits for Ory; .* given up after 2026-01-12.03:04:05Z$/],
  ['ERR_LEASE_HELD', /waits for another delivery; /],
  [
    'ERR_RATE_BUDGET',
    /stands in line for Ory's rate limit \(admin-low\) until 2026-01-02.03:05:05Z; sent again with --lane incident it goes first$/,
  ],
  [
    'Error',
    /ended with Error at 2026-01-02.03:04:05Z: is tried again within 6 minutes, and is on the DLQ /,
  ],
])('of an attempt that ended with %s says what is waited for, and until when', (outcome, said) => {
  const attempts = [{ number: 1, startedAt: start, endedAt: start, outcome }]
  const turns = [{ bucket: 'admin-low', at: start + 60_000, lane: 'deletion' as const }]

  expect(waitText(row({ attempts, turns }))).toMatch(said)
})

test('tells nobody to make an incident of what is one', () => {
  const attempts = [{ number: 1, startedAt: start, endedAt: start, outcome: 'ERR_RATE_BUDGET' }]
  const turns = [{ bucket: 'admin-low', at: start + 60_000, lane: 'incident' as const }]

  expect(waitText(row({ attempts, turns, lane: 'incident' }))).toMatch(/03:05:05Z$/)
})

test('says when an event is tried again that knows', () => {
  const attempts = [{ number: 1, startedAt: start, endedAt: start, outcome: 'ERR_LEASE_HELD' }]
  const told = (expected: Partial<Record<'lease' | 'ory', number>>) =>
    waitText(row({ attempts, expected }))

  expect(told({ lease: start + 60_000 })).toMatch(/is tried again at 2026-01-02.03:05:05Z, and/)
  expect(told({ ory: start + 60_000 })).toMatch(/is tried again within 15 minutes, and/)
})

test('says that an attempt is under way', () => {
  expect(waitText(row({ attempts: [{ number: 2, startedAt: start }] }))).toBe(
    'attempt 2 is under way',
  )
})
