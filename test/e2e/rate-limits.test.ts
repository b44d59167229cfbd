import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { bodyOf } from '../faults/events.ts'
import { startSystem } from './system.ts'

const limits = {
  'admin-low': { perSecond: 4, perMinute: 300 },
  'admin-medium': { perSecond: 5, perMinute: 60 },
  'admin-high': { perSecond: 20, perMinute: 400 },
}

test('users who go at the same time are worked off within Ory’s limits, and no call is refused', async () => {
  const system = await startSystem({
    emulator: { network: { apiKey: 'ory_pat_known', limits } },
    variables: { ORY_RATE_LIMITS: JSON.stringify(limits) },
  })
  onTestFinished(() => system.stop())
  const bodies = Array.from({ length: 4 }, () => bodyOf(`gone-${randomUUID()}`))
  await Promise.all(bodies.map((body) => system.send(body)))
  const receipts = await Promise.all(bodies.map((body) => system.receiptOf(body, 'first')))

  expect(receipts.map(({ result }) => result)).toEqual(bodies.map(() => 'done'))
  const answered = system.emulator.requests.map(({ operation, status }) => ({ operation, status }))
  expect(answered.length).toBeGreaterThan(4 * 4)
  expect(answered.filter(({ status }) => status === 429)).toEqual([])
})
