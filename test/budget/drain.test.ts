import { tiers } from '@lapse/core/budget'
import { expect, test } from 'vitest'
import { drainRatio } from './drain-ratio.ts'
import { drainWorld } from './drain-world.ts'

const minute = 60_000
const two = { sessionsOfEach: 2, workers: 2, seed: 1 }

test('drains as fast as the limit allows, and no call is answered 429', async () => {
  const world = drainWorld({ ...two, limits: tiers.growth, users: 120 })
  await world.drain()
  const calls = world.edge.passed.get('admin-low') ?? []

  expect(world.edge.refused).toEqual([])
  expect(world.receiptsAt()).toHaveLength(120)
  expect(world.server.state.consents).toEqual([])
  expect(world.queue.deadLetters).toEqual([])
  expect(calls).toHaveLength(480)
  expect(drainRatio(calls, 350)).toBeLessThan(1.05)
  // Half a gigabyte for each of them, in seconds.
  expect((world.counts.waitedMs / 1000 / 120) * 0.5).toBeLessThan(0.1)
})

test('does the same where limits are small, and several workers share them', async () => {
  const world = drainWorld({ ...two, limits: tiers.production, users: 30, workers: 6, seed: 2 })
  await world.drain()

  expect(world.edge.refused).toEqual([])
  expect(world.receiptsAt()).toHaveLength(30)
  expect(drainRatio(world.edge.passed.get('admin-low') ?? [], 35, 120)).toBeLessThan(1.05)
  expect((world.counts.waitedMs / 1000 / 30) * 0.5).toBeLessThan(0.1)
  const open = [...world.ended.values()].map((made) => (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0))
  expect(Math.max(...open)).toBeLessThan(minute)
})

test('makes no call twice, and looks at few in vain, where many are waiting and looks are limited', async () => {
  const world = drainWorld({ ...two, limits: tiers.staging, users: 90 })
  await world.drain()
  const open = [...world.ended.values()].map((made) => (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0))

  expect(world.edge.refused).toEqual([])
  expect(world.edge.passed.get('admin-low')).toHaveLength(90 * 4)
  // Before the calls, after those of each part, and after the last ones.
  expect(world.edge.passed.get('admin-high')?.length).toBeLessThan(90 * 3.5)
  expect(Math.max(...open)).toBeLessThan(minute)
})

test.each([
  [0, 1.2],
  [1, 1.1],
])(
  'loses little where those who are deleted have %d sessions each',
  async (sessionsOfEach, most) => {
    const world = drainWorld({ ...two, limits: tiers.production, users: 100, sessionsOfEach })
    await world.drain()
    const calls = world.edge.passed.get('admin-low') ?? []

    expect(calls).toHaveLength(100 * (2 + sessionsOfEach))
    expect(drainRatio(calls, 35)).toBeLessThan(most)
  },
)

/** The longest that tokens of one of them worked after the first call for it, in milliseconds. */
function longestOpen(world: ReturnType<typeof drainWorld>): number {
  const made = [...world.ended.values()]
  return Math.max(...made.map((calls) => (calls.at(-1)?.at ?? 0) - (calls[0]?.at ?? 0)))
}

test.each([
  ['developer', 30],
  ['production', 60],
  ['growth', 60],
] as const)(
  'a backfill has all of the limit where nobody else wants any, on %s',
  async (tier, backfilled) => {
    const limits = tiers[tier]
    const world = drainWorld({ ...two, limits, users: 0, backfilled })
    await world.drain()
    const calls = world.edge.passed.get('admin-low') ?? []

    expect(world.edge.refused).toEqual([])
    expect(world.receiptsAt()).toHaveLength(backfilled)
    expect(drainRatio(calls, limits['admin-low'].perMinute, 4 * backfilled)).toBeLessThan(1.1)
    expect(longestOpen(world)).toBeLessThan(minute)
    expect(world.counts.deliveries / backfilled).toBeLessThan(6)
  },
)

test.each([
  [2, 40],
  [20, 20],
])(
  'deletions of %d sessions lose no more than a tenth to a backfill, which has its share meanwhile',
  async (sessionsOfEach, users) => {
    const terms = { ...two, limits: tiers.production, users, sessionsOfEach }
    const drained = async (backfilled: number) => {
      const world = drainWorld({ ...terms, backfilled })
      await world.drain()
      const made = [...world.ended].flatMap(([subject, calls]) =>
        calls.map(({ at }) => ({ at, isBackfilled: subject.startsWith('backfilled') })),
      )
      const deletedAt = Math.max(...made.flatMap((call) => (call.isBackfilled ? [] : [call.at])))
      const meanwhile = made.filter(({ at }) => at <= deletedAt)
      const lent = meanwhile.filter(({ isBackfilled }) => isBackfilled)
      return { world, deletedAt, share: lent.length / meanwhile.length }
    }
    const [alone, beside] = [await drained(0), await drained(users)]

    expect(beside.deletedAt / alone.deletedAt).toBeLessThan(1 / 0.88)
    expect(beside.share).toBeGreaterThan(0.05)
    expect(longestOpen(beside.world)).toBeLessThan(minute)
    expect(beside.world.edge.refused).toEqual([])
    expect(beside.world.receiptsAt()).toHaveLength(2 * users)
  },
)

/** A user with two sessions that is deleted in a hurry, every so often. */
function withIncidents(world: ReturnType<typeof drainWorld>, count: number, everyMs: number) {
  for (let index = 0; index < count; index += 1)
    world.time.in((index + 0.5) * everyMs, () => {
      world.grant(`urgent-${index}`, 2)
      world.remove(`urgent-${index}`, world.incidents)
    })
}

test.each([2, 3])(
  'ends the tokens of everybody within a minute where all have many sessions: seed %d',
  async (seed) => {
    const world = drainWorld({
      ...two,
      limits: tiers.production,
      users: 24,
      sessionsOfEach: 20,
      seed,
    })
    withIncidents(world, 10, 1.3 * minute)
    await world.drain()
    const open = [...world.ended.values()].map(
      (made) => (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0),
    )

    expect(world.receiptsAt()).toHaveLength(34)
    expect(Math.max(...open)).toBeLessThan(minute)
  },
)

// One for each call, however long plans are: 14 deliveries, and as many writes and more.
test('has few come in vain where all have many sessions', async () => {
  const users = 60
  const world = drainWorld({ ...two, limits: tiers.growth, users, sessionsOfEach: 20 })
  await world.drain()
  const { deliveries, budgetWrites, waitedMs } = world.counts

  expect(deliveries / users).toBeLessThan(8)
  expect(budgetWrites / users).toBeLessThan(10)
  expect((waitedMs / 1000 / users) * 0.5).toBeLessThan(0.1)
  expect(drainRatio(world.edge.passed.get('admin-low') ?? [], 350)).toBeLessThan(1.05)
})

test('exceeds no limit where Ory is slow, deletions wait and incidents come', async () => {
  const oryMs = [200, 500] as const
  const world = drainWorld({ ...two, limits: tiers.staging, users: 100, oryMs })
  withIncidents(world, 10, minute)
  await world.drain()

  expect(world.edge.refused).toEqual([])
  expect(world.receiptsAt()).toHaveLength(110)
})

test('ends the tokens of a user with 500 sessions within a minute, and tells as many as that allows', async () => {
  const world = drainWorld({ ...two, limits: tiers.production, users: 6 })
  world.grant('everywhere', 500)
  world.remove('everywhere')
  await world.drain()
  const calls = world.ended.get('everywhere') ?? []
  const [first, tokensEnd] = [calls[0], calls.find(({ by }) => by === 'consents')]

  expect((tokensEnd?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(minute)
  expect(calls.filter(({ by }) => by === 'sid').length).toBeGreaterThan(20)
  expect(world.server.state.consents).toEqual([])
  expect(world.edge.refused).toEqual([])
  const { receipt } = world.row.rows.find((row) => row.before?.['login_sessions'] === 500) ?? {}
  expect(receipt?.notes.join()).toMatch(/^not told: the relying parties of 4\d\d login sessions/)
})

test('is refused again and again where nobody keeps to the limits', async () => {
  const world = drainWorld({ ...two, limits: tiers.growth, users: 60, paced: false })
  await world.drain()

  expect(world.edge.refused.length).toBeGreaterThan(60)
})

test('loses little where Ory takes longer for a call than it lets pass between two', async () => {
  const oryMs = [400, 900] as const
  const world = drainWorld({ ...two, limits: tiers.growth, users: 120, oryMs })
  await world.drain()

  expect(world.edge.refused).toEqual([])
  expect(drainRatio(world.edge.passed.get('admin-low') ?? [], 350)).toBeLessThan(1.25)
})

test.each([
  // Where a bucket lets through a hundred a second its calls are not booked.
  ['growth', 1 + 2],
  ['production', 1 + 2 + 2],
] as const)('an event by itself waits for nothing on %s', async (tier, writes) => {
  const world = drainWorld({ ...two, limits: tiers[tier], users: 1 })
  await world.drain()

  expect(world.receiptsAt()[0]).toBeLessThan(500)
  // The plan; the lists that receipts of a minute share; the two looks where they are booked.
  expect(world.counts.budgetWrites).toBe(writes)
})

test('asks nothing of a ledger where there are no limits', async () => {
  const world = drainWorld({ ...two, limits: tiers['self-hosted'], users: 20 })
  await world.drain()

  expect(world.receiptsAt()).toHaveLength(20)
  expect(world.counts.budgetWrites).toBe(0)
})

test('sends next to nothing while Ory is down, and everything once it is there again', async () => {
  const isDown = (sinceMs: number) => sinceMs > 2000 && sinceMs < 20 * minute
  const world = drainWorld({ ...two, limits: tiers.growth, users: 60, isDown })
  await world.drain()

  expect(world.receiptsAt()).toHaveLength(60)
  expect(world.queue.deadLetters).toEqual([])
  expect(world.counts.requests).toBeLessThan(60 * 8 + 60 * 2)
  expect(Math.max(...world.receiptsAt())).toBeLessThan(2 * 20 * minute + 3 * minute)
})
