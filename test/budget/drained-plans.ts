import { tiers } from '@lapse/core/budget'
import { drainRatio } from './drain-ratio.ts'
import { drainWorld } from './drain-world.ts'

/** Users that are deleted all at once, by plan. */
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

async function measureDrain({ tier, users }: Drain, seed: number) {
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

/** What so many drains come to on a plan, each with other random numbers. */
export interface DrainedPlan {
  readonly drain: Drain
  readonly all: readonly Awaited<ReturnType<typeof measureDrain>>[]
}

/** Plan after plan, as soon as its drains are done. */
export async function* drainedPlans(seeds: number): AsyncGenerator<DrainedPlan> {
  for (const drain of drains) {
    const all: Awaited<ReturnType<typeof measureDrain>>[] = []
    for (let seed = 1; seed <= seeds; seed += 1) all.push(await measureDrain(drain, seed))
    yield { drain, all }
  }
}
