import { tiers } from '@lapse/core/budget'
import { median } from '../bench/statistics.ts'
import { drainRatio, drainWorld } from './drain-world.ts'

/** Users that are deleted all at once, by plan: how long it takes, and what it costs. */
const drains = [
  { tier: 'developer', users: 60 },
  { tier: 'staging', users: 100 },
  { tier: 'production', users: 120 },
  { tier: 'growth', users: 300 },
  { tier: 'enterprise', users: 300 },
] as const

/** When incidents come in the middle of it, in milliseconds, for the first seed. */
const incidentsAt = [35_000, 75_000]
const laterWithSeed = [1370, 2710]
const latestMs = 25_000

type Drain = (typeof drains)[number]

async function measure({ tier, users }: Drain, seed: number) {
  const limits = tiers[tier]
  const world = drainWorld({ limits, users, sessionsOfEach: 2, workers: 2, seed })
  const urgent: { readonly id: string; readonly at: number }[] = []
  for (const [index, first] of incidentsAt.entries()) {
    const at = first + ((seed * (laterWithSeed[index] ?? 0)) % latestMs)
    world.time.in(at, () => {
      world.grant(`urgent-${index}`, 2)
      urgent.push({ id: world.remove(`urgent-${index}`, world.incidents), at })
    })
  }
  await world.drain()
  const closedAt = (id: string) => {
    const { receipt } = world.row.rows.find(({ event }) => event.id === id) ?? {}
    return Date.parse(receipt?.closed_at ?? '') - world.start
  }
  const calls = world.edge.passed.get('admin-low') ?? []
  const { budgetWrites, busyMs, waitedMs, deliveries } = world.counts
  const all = users + urgent.length
  const open = [...world.ended.values()].map((made) => (made.at(-1)?.at ?? 0) - (made[0]?.at ?? 0))
  return {
    receipts: world.receiptsAt().length - urgent.length,
    refused: world.edge.refused.length,
    ratio: drainRatio(calls, limits['admin-low'].perMinute, all * 4),
    deliveries: deliveries / all,
    longestEndMs: Math.max(...open),
    writes: budgetWrites / all,
    busyGbs: (busyMs / 1000 / all) * 0.5,
    waitingGbs: (waitedMs / 1000 / all) * 0.5,
    urgentMs: urgent.map(({ id, at }) => closedAt(id) - at),
  }
}

const columns = [
  'plan',
  'users done, least',
  '429',
  '÷ allowed: median, most',
  'deliveries a user',
  'longest end s',
  'writes a user',
  'GB-s',
  'of it waiting',
  'incident s: median, most',
  'within 5 s',
]

const seeds = Number(process.argv[2] ?? 5)
process.stdout.write(`${seeds} seeds each\n${columns.join(' | ')}\n`)
for (const drain of drains) {
  const all: Awaited<ReturnType<typeof measure>>[] = []
  for (let seed = 1; seed <= seeds; seed += 1) all.push(await measure(drain, seed))
  const most = (of: (each: (typeof all)[number]) => number) => Math.max(...all.map(of))
  const middle = (of: (each: (typeof all)[number]) => number) => median(all.map(of))
  const urgent = all.flatMap(({ urgentMs }) => urgentMs)
  const row = [
    drain.tier,
    `${Math.min(...all.map(({ receipts }) => receipts))} of ${drain.users}`,
    most(({ refused }) => refused),
    `${middle(({ ratio }) => ratio).toFixed(3)}, ${most(({ ratio }) => ratio).toFixed(3)}`,
    middle(({ deliveries }) => deliveries).toFixed(1),
    (most(({ longestEndMs }) => longestEndMs) / 1000).toFixed(1),
    middle(({ writes }) => writes).toFixed(1),
    middle(({ busyGbs }) => busyGbs).toFixed(2),
    middle(({ waitingGbs }) => waitingGbs).toFixed(3),
    `${(median(urgent) / 1000).toFixed(1)}, ${(Math.max(...urgent) / 1000).toFixed(1)}`,
    `${urgent.filter((ms) => ms <= 5000).length} of ${urgent.length}`,
  ]
  process.stdout.write(`${row.join(' | ')}\n`)
}
