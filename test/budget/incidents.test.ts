import { tiers } from '@lapse/core/budget'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drainWorld } from './drain-world.ts'

const second = 1000

/** A drain in the middle of which users are deleted as incidents, and how long each of these took. */
async function drainWithIncidents(
  terms: Omit<Parameters<typeof drainWorld>[0], 'sessionsOfEach'>,
  incidentsAt: readonly number[],
  toIncidents = true,
) {
  const world = drainWorld({ ...terms, sessionsOfEach: 2 })
  const { time, row } = world
  const began = time.now()
  const sent: { readonly id: string; readonly at: number }[] = []
  for (const [index, at] of incidentsAt.entries())
    time.in(at, () => {
      world.grant(`urgent-${index}`, 2)
      const to = toIncidents ? world.incidents : world.queue
      sent.push({ id: world.remove(`urgent-${index}`, to), at })
    })
  await world.drain()
  const closedAt = (id: string) => {
    const found = row.rows.find(({ event }) => event.id === id)
    return Date.parse(found?.receipt?.closed_at ?? '') - began
  }
  return {
    world,
    lanes: row.rows.map(({ receipt }) => receipt?.lane),
    took: sent.map(({ id, at }) => closedAt(id) - at),
    deletionsAt: Array.from({ length: terms.users }, (_, user) => closedAt(`e-${user + 1}`)),
  }
}

const growth = { limits: tiers.growth, users: 120, workers: 2, seed: 3 }

test('an incident in the middle of a drain is done within five seconds', async () => {
  const incidentsAt = [20, 40, 60].map((at) => at * second)
  const { world, took, deletionsAt } = await drainWithIncidents(growth, incidentsAt)

  expect(Math.max(...took)).toBeLessThan(5 * second)
  expect(Math.max(...deletionsAt)).toBeGreaterThan(70 * second)
  expect(world.edge.refused).toEqual([])
})

test('on the ordinary queue the same event waits with all others', async () => {
  const { took } = await drainWithIncidents(growth, [20 * second], false)

  expect(took[0]).toBeGreaterThan(20 * second)
})

test('whenever incidents come, they go first, and all else is done within the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.nat(),
        workers: fc.integer({ min: 1, max: 4 }),
        at: fc.array(fc.integer({ min: 0, max: 25_000 }), { minLength: 1, maxLength: 4 }),
      }),
      async ({ seed, workers, at }) => {
        const terms = { limits: tiers.growth, users: 40, workers, seed }
        const { world, took, lanes, deletionsAt } = await drainWithIncidents(terms, at)

        expect(world.edge.refused).toEqual([])
        expect(lanes.filter((lane) => lane === 'incident')).toHaveLength(at.length)
        expect(lanes.filter((lane) => lane === 'deletion')).toHaveLength(40)
        expect(world.server.state.consents).toEqual([])
        expect(Math.max(...took)).toBeLessThan(5 * second)
        expect(deletionsAt.every((closed) => closed > 0)).toBe(true)
      },
    ),
    { numRuns: 15, seed: 1 },
  )
})
