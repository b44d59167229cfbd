import { tiers } from '@lapse/core/budget'
import { randomOf } from '../faults/whole/random.ts'
import { drainRatio } from './drain-ratio.ts'
import { drainWorld } from './drain-world.ts'

/** Users that are deleted all at once, by plan. */
const drains = (['developer', 'staging', 'production', 'growth', 'enterprise'] as const).map(
  (tier) => ({ tier, users: 1000 }),
)

/** Incidents in each drain, all over it. */
const incidents = 10

type Drain = (typeof drains)[number]

/** When incidents come, in milliseconds: at any time, and at least half of an equal part apart. */
function incidentTimes({ tier, users }: Drain, seed: number): readonly number[] {
  const random = randomOf(seed)
  const lastsMs = (users * 4 * 60_000) / tiers[tier]['admin-low'].perMinute
  const apartMs = lastsMs / (incidents + 1)
  return Array.from({ length: incidents }, (_, index) =>
    Math.round((index + 0.75 + random.between(0, 500) / 1000) * apartMs),
  )
}

async function measureDrain(drain: Drain, seed: number) {
  const { tier, users } = drain
  const limits = tiers[tier]
  const world = drainWorld({ limits, users, sessionsOfEach: 2, workers: 2, seed })
  const urgent: { readonly id: string; readonly at: number }[] = []
  for (const [index, at] of incidentTimes(drain, seed).entries()) {
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
  const open = [...world.ended.values()].map(
    (made) => (made.find(({ by }) => by === 'consents')?.at ?? 0) - (made[0]?.at ?? 0),
  )
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
