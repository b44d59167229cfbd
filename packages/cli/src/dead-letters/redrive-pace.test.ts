import { bucketKey, rateBudget } from '@lapse/core/budget'
import { manualClock, memoryLedger } from '@lapse/core/testing'
import { expect, test } from 'vitest'
import { budgetPace, fixedPace, unpaced } from './redrive-pace.ts'

const limits = { 'admin-low': { perSecond: 5, perMinute: 35 } }

/** A project with a limit, and a redrive that would wait for it. */
function world() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const terms = { ledger: memoryLedger<never>(clock), clock, project: 'ory.example', limits }
  const told: number[] = []
  const services = {
    clock,
    pause: async (milliseconds: number) => clock.advance(milliseconds),
    stopped: () => false,
    tell: (until: number) => void told.push(until),
  }
  const budget = rateBudget(terms)
  const book = (cost: number) =>
    budget.book({ bucket: 'admin-low', lane: 'deletion', cost, standing: 'new', patienceMs: 200 })
  return { clock, terms, services, told, book }
}

test('goes no faster than the limit lets the workers', async () => {
  const { clock, terms, services, told } = world()
  const pace = budgetPace(terms, services)
  const from = clock.now()
  await pace.turn()
  expect(clock.now()).toBe(from)
  for (let sent = 0; sent < 10; sent += 1) await pace.turn('user-deleted')

  const calls = 10 * 6
  expect((calls / (clock.now() - from)) * 60_000).toBeLessThanOrEqual(35)
  expect(told).toEqual([])
})

test('lets everybody go first who stands in line, and takes no slot itself', async () => {
  const { clock, terms, services, told, book } = world()
  const inLine: number[] = []
  while (inLine.length < 5) {
    const booking = await book(4)
    if ('comeBackAt' in booking) inLine.push(booking.comeBackAt)
  }
  const before = JSON.stringify(await terms.ledger.read(bucketKey('ory.example', 'admin-low')))
  await budgetPace(terms, services).turn()

  expect(clock.now()).toBeGreaterThanOrEqual(Math.max(...inLine))
  expect(told.length).toBeGreaterThan(0)
  expect(JSON.stringify(await terms.ledger.read(bucketKey('ory.example', 'admin-low')))).toBe(
    before,
  )
})

test('waits for nobody where it is stopped', async () => {
  const { clock, terms, services, book } = world()
  while (!('comeBackAt' in (await book(4))));
  const from = clock.now()
  await budgetPace(terms, { ...services, stopped: () => true }).turn()

  expect(clock.now()).toBe(from)
})

test('a limit that nobody knows of paces nothing, and a rate that was asked for does', async () => {
  const { clock, terms, services } = world()
  expect(budgetPace({ ...terms, limits: {} }, services)).toBe(unpaced)
  const pace = fixedPace(60, services)
  const from = clock.now()
  await pace.turn()
  await pace.turn('key-rotated')

  expect(clock.now() - from).toBe(1000)
})
