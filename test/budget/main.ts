import { tiers } from '@lapse/core/budget'
import { drainRatio, drainWorld } from './drain-world.ts'

/** Users that are deleted all at once, by plan: how long it takes, and what it costs. */
const drains = [
  { tier: 'developer', users: 100 },
  { tier: 'staging', users: 100 },
  { tier: 'production', users: 300 },
  { tier: 'growth', users: 300 },
  { tier: 'enterprise', users: 600 },
] as const

const columns = ['plan', 'users', '429', 'minutes', '÷ allowed', 'writes a user', 'GB-s a user']
process.stdout.write(`${columns.join(' | ')}\n`)
for (const { tier, users } of drains) {
  const limits = tiers[tier]
  const world = drainWorld({ limits, users, sessionsOfEach: 2, workers: 2, seed: 1 })
  await world.drain()
  const calls = world.edge.passed.get('admin-low') ?? []
  const { budgetWrites, busyMs } = world.counts
  const row = [
    tier,
    `${world.receiptsAt().length} of ${users}`,
    world.edge.refused.length,
    (Math.max(...world.receiptsAt()) / 60_000).toFixed(1),
    drainRatio(calls, limits['admin-low'].perMinute).toFixed(3),
    (budgetWrites / users).toFixed(1),
    ((busyMs / 1000 / users) * 0.5).toFixed(2),
  ]
  process.stdout.write(`${row.join(' | ')}\n`)
}
