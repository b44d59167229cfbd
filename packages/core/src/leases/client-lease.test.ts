import { expect, test } from 'vitest'
import { LapseError } from '../errors.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { type LeaseRow, withClientLease } from './client-lease.ts'

const minute = 60_000

function prepared() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const services = { ledger: memoryLedger<LeaseRow>(), clock }
  const lease = <T>(work: () => Promise<T>) =>
    withClientLease('mail', services, clock.now() + minute, work)
  return { clock, services, lease }
}

const codeOf = (error: unknown) => (error instanceof LapseError ? error.code : error)

test('lets one of ten at a time work on a client', async () => {
  const { lease } = prepared()
  const running = { now: 0, most: 0 }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      lease(async () => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await new Promise((resolve) => setImmediate(resolve))
        running.now -= 1
      }),
    ),
  )

  expect(running.most).toBe(1)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('is free again once the work is done, or has failed', async () => {
  const { lease } = prepared()

  expect(await lease(async () => 'one')).toBe('one')
  await expect(lease(() => Promise.reject(new Error('two')))).rejects.toThrow('two')
  expect(await lease(async () => 'three')).toBe('three')
})

test('names the end of a lease that somebody else holds', async () => {
  const { lease, clock } = prepared()
  const gate = Promise.withResolvers<void>()
  const holding = lease(() => gate.promise)
  await new Promise((resolve) => setImmediate(resolve))
  const refused = await lease(async () => 'never').catch((error: unknown) => error)
  gate.resolve()
  await holding

  expect(refused).toMatchObject({ code: 'ERR_LEASE_HELD', until: clock.now() + minute + 1000 })
})

test('passes to another when its holder died, and is not given back by the dead', async () => {
  const { lease, clock } = prepared()
  const gate = Promise.withResolvers<void>()
  const dead = lease(() => gate.promise)
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(2 * minute)

  const refused = await lease(async () => {
    gate.resolve()
    await dead
    return lease(async () => 'two at a time').catch(codeOf)
  })
  expect(refused).toBe('ERR_LEASE_HELD')
})

test('keeps clients apart', async () => {
  const { services, clock } = prepared()
  const until = clock.now() + minute
  const both = await withClientLease('mail', services, until, () =>
    withClientLease('calendar', services, until, async () => 'both'),
  )

  expect(both).toBe('both')
})
