import { tiers } from '@lapse/core/budget'
import type { WorkflowRow } from '@lapse/core/run'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appWorld } from './app-world.ts'

type Mode = 'suspend' | 'restore' | 'delete'

interface Wanted {
  readonly mode: Mode
  /** Of the event, after the beginning; events arrive all at once, and in any order. */
  readonly at: number
}

/** Events about two clients that arrive all at once, and what it took. */
async function flood(workers: number, seed: number, wanted: readonly Wanted[]) {
  const world = appWorld({ limits: {}, workers, seed })
  for (const id of ['photos', 'mail']) world.register(id)
  for (const [index, { mode, at }] of wanted.entries())
    world.offboard(`e-${index}`, { client_id: index % 2 === 0 ? 'photos' : 'mail', mode }, at)
  const began = world.time.now()
  await world.settle()
  const receipts = world.row.rows.map(({ receipt }) => receipt)
  const codes = world.log.lines.map(({ fields }) => fields['code']).filter(Boolean)
  return {
    world,
    receipts,
    codes,
    results: receipts.map((receipt) => receipt?.result),
    tookMs: Math.max(...receipts.map((one) => Date.parse(one?.closed_at ?? '') - began)),
    deferrals: world.metrics.counts.Deferred ?? 0,
  }
}

const times = (length: number, at: (index: number) => number): readonly Wanted[] =>
  Array.from({ length }, (_, index) => ({ mode: 'suspend', at: at(index) }))

// Before they stood in line: 253 deferrals and 241 s, and 561 deferrals and 28 minutes.
// A second apart: 82 deferrals and 32 s, and 114 deferrals and 45 s.
test.each([
  ['one later than the other', (index: number) => index, 10, 5],
  ['none of which overrides another', () => 0, 80, 20],
])(
  'eighty events about two clients, %s, hardly get in each other’s way',
  async (_how, at, most, seconds) => {
    const { results, deferrals, tookMs, world } = await flood(4, 1, times(80, at))

    expect(results).toHaveLength(80)
    expect(results).not.toContain(undefined)
    expect(deferrals).toBeLessThan(most)
    expect(tookMs).toBeLessThan(seconds * 1000)
    expect(world.queue.deadLetters).toEqual([])
  },
)

// Turns a second apart: 279 to 342 s, and 279 to 758 deferrals. One worker alone takes 79 s.
test.each([2, 4, 10])(
  'three hundred events about one client keep %d workers at work one after the other',
  async (workers) => {
    const world = appWorld({ limits: {}, workers, seed: 1 })
    world.register('photos')
    const suspend = { client_id: 'photos', mode: 'suspend' }
    for (let index = 0; index < 300; index += 1) world.offboard(`e-${index}`, suspend)
    const began = world.time.now()
    const urgentAt = [5000, 20_000, 40_000]
    for (const at of urgentAt)
      world.time.in(at, () => world.offboard(`urgent-${at}`, suspend, 0, world.incidents))
    await world.settle()
    const closedAt = (one: WorkflowRow) => Date.parse(one.receipt?.closed_at ?? '') - began
    const tookMs = (at: number) =>
      Math.max(...world.row.rows.filter(({ event }) => event.id === `urgent-${at}`).map(closedAt)) -
      at

    expect(Math.max(...world.row.rows.map(closedAt))).toBeLessThan(100_000)
    expect(world.metrics.counts.Deferred).toBeLessThan(310)
    expect(world.queue.deadLetters).toEqual([])
    expect(Math.max(...urgentAt.map(tookMs))).toBeLessThan(5000)
  },
)

// Put off between two looks they looked and deleted once more: 1.4 times as long. Told a turn for two
// calls of each they left room that nobody used: 1.2 times as long, and 1.8 where they were 300.
test.each([
  ['staging', 'admin-high', { mode: 'delete', calls: 3, workers: 4, seed: 1 }],
  ['production', 'admin-low', { mode: 'suspend', calls: 1, workers: 10, seed: 3 }],
] as const)(
  'events about one client are done on %s as fast as %s allows, and nothing twice',
  async (tier, bucket, { mode, calls, workers, seed }) => {
    const limits = tiers[tier]
    const world = appWorld({ limits, workers, seed })
    world.register('photos')
    for (let index = 0; index < 100; index += 1)
      world.offboard(`e-${index}`, { client_id: 'photos', mode })
    const began = world.time.now()
    await world.settle()
    const closedAt = world.row.rows.map(({ receipt }) => Date.parse(receipt?.closed_at ?? ''))
    const allowedMs = (100 * calls * 60_000) / limits[bucket].perMinute
    const destroyed = world.asked.filter(({ method }) => method !== 'GET')

    expect(world.edge.refused).toEqual([])
    expect(world.queue.deadLetters).toEqual([])
    expect(Math.max(...closedAt) - began).toBeLessThan(1.12 * allowedMs)
    expect(destroyed.length).toBeLessThan(1.1 * 100)
  },
)

test('one worker puts none of them off', async () => {
  expect(
    (
      await flood(
        1,
        1,
        times(80, () => 0),
      )
    ).codes,
  ).toEqual([])
})

test('whatever comes of events about the same client, each has its receipt, and the latest counts', async () => {
  const wanted = fc.record({
    mode: fc.constantFrom<Mode>('suspend', 'restore', 'delete'),
    at: fc.integer({ min: 0, max: 1000 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      fc.uniqueArray(wanted, { minLength: 2, maxLength: 30, selector: ({ at }) => at }),
      async (workers, seed, all) => {
        const { world, results } = await flood(workers, seed, all)
        const refused = world.queue.deadLetters.map(({ attributes }) => attributes['lapse-reason'])

        expect(results.filter(Boolean).length + refused.length).toBe(all.length)
        // Where a later deletion has come first there is nothing left to suspend or restore.
        expect(refused.filter((reason) => reason !== 'no-such-client')).toEqual([])
        for (const [client, name] of ['photos', 'mail'].entries()) {
          const events = all.filter((_, index) => index % 2 === client)
          const latest = events.toSorted((one, other) => other.at - one.at)[0]?.mode
          const state = world.server.state.clients.get(name)
          const isFrozen = JSON.stringify(state?.['grant_types']) === '["lapse:suspended"]'
          if (latest === 'delete') expect(state).toBeUndefined()
          else if (state !== undefined) expect(isFrozen).toBe(latest === 'suspend')
          else expect(events.some(({ mode }) => mode === 'delete')).toBe(true)
        }
      },
    ),
    { numRuns: 25, seed: 1 },
  )
})
