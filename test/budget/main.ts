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

const columns = [
  'plan',
  'users',
  '429',
  'minutes',
  '÷ allowed',
  'deliveries a user',
  'longest end s',
  'writes a user',
  'GB-s',
  'of it waiting',
  'incident s',
]
process.stdout.write(`${columns.join(' | ')}\n`)
for (const { tier, users } of drains) {
  const limits = tiers[tier]
  const world = drainWorld({ limits, users, sessionsOfEach: 2, workers: 2, seed: 1 })
  // An incident after half a minute: how long until its receipt.
  const urgentAt = 30_000
  const urgent = { id: '' }
  world.time.in(urgentAt, () => {
    world.grant('urgent', 2)
    urgent.id = world.remove('urgent', world.incidents)
  })
  await world.drain()
  const calls = world.edge.passed.get('admin-low') ?? []
  const { budgetWrites, busyMs, waitedMs, deliveries } = world.counts
  const open = [...world.ended.values()].map((made) => (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0))
  const { receipt } = world.row.rows.find(({ event }) => event.id === urgent.id) ?? {}
  const urgentMs = Date.parse(receipt?.closed_at ?? '') - world.start - urgentAt
  const row = [
    tier,
    `${world.receiptsAt().length - 1} of ${users}`,
    world.edge.refused.length,
    (Math.max(...world.receiptsAt()) / 60_000).toFixed(1),
    drainRatio(calls, limits['admin-low'].perMinute, (users + 1) * 4).toFixed(3),
    (deliveries / users).toFixed(1),
    (Math.max(...open) / 1000).toFixed(1),
    (budgetWrites / users).toFixed(1),
    ((busyMs / 1000 / users) * 0.5).toFixed(2),
    ((waitedMs / 1000 / users) * 0.5).toFixed(3),
    (urgentMs / 1000).toFixed(1),
  ]
  process.stdout.write(`${row.join(' | ')}\n`)
}
