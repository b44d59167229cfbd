import { expect, test } from 'vitest'
import { LapseError, type LeaseHeldError, LedgerConflictError } from '../errors.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { type LeaseRow, withClientLease, withLeases } from './leases.ts'
import { turns } from './turns.ts'

const minute = 60_000

function prepared() {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const services = { ledger: memoryLedger<LeaseRow>(clock), clock }
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

  expect(refused).toMatchObject({ code: 'ERR_LEASE_HELD', until: clock.now() + minute + 3000 })
})

test('tells each who comes back a turn of its own, in whole seconds, and nobody else one', async () => {
  const { lease, services, clock } = prepared()
  const gate = Promise.withResolvers<void>()
  const holding = lease(() => gate.promise)
  await new Promise((resolve) => setImmediate(resolve))
  const turnOf = (comesBack: boolean) =>
    withClientLease('mail', { ...services, comesBack }, clock.now() + minute, async () => 0).catch(
      (error: LeaseHeldError) => error.turnAt && error.turnAt - start,
    )
  const start = clock.now()
  const told = [await turnOf(true), await turnOf(true), await turnOf(false), await turnOf(true)]
  clock.advance(10_000)
  told.push(await turnOf(true))
  gate.resolve()
  await holding

  expect(told).toEqual([1000, 2000, undefined, 3000, 11_000])
})

test('has no turn where others are quicker to stand in line', async () => {
  const { services, clock, lease } = prepared()
  const gate = Promise.withResolvers<void>()
  const holding = lease(() => gate.promise)
  await new Promise((resolve) => setImmediate(resolve))
  const ledger = {
    ...services.ledger,
    write: () => Promise.reject(new LedgerConflictError('somebody was quicker')),
  }
  const taking = { ...services, ledger, comesBack: true }
  const refused = withClientLease('mail', taking, clock.now() + minute, async () => 0)

  await expect(refused).rejects.toMatchObject({ code: 'ERR_LEASE_HELD', turnAt: undefined })
  gate.resolve()
  await holding
})

test('looks again where somebody was quicker, who has it or has given it back', async () => {
  const { services, clock } = prepared()
  const between = { rival: async () => undefined as unknown }
  const ledger: Ledger<LeaseRow> = {
    read: services.ledger.read,
    async write(...parameters) {
      const { rival } = between
      between.rival = async () => undefined
      await rival()
      return services.ledger.write(...parameters)
    },
  }
  const lease = (work: () => Promise<string>) =>
    withClientLease('mail', { ...services, ledger }, clock.now() + minute, work)
  const rival = <T>(work: () => Promise<T>) =>
    withClientLease('mail', services, clock.now() + minute, work)

  between.rival = () => rival(async () => undefined)
  expect(await lease(async () => 'taken')).toBe('taken')

  const gate = Promise.withResolvers<void>()
  const state = { holding: Promise.resolve() }
  between.rival = async () => {
    const begun = Promise.withResolvers<void>()
    state.holding = rival(async () => {
      begun.resolve()
      await gate.promise
    })
    await begun.promise
  }
  await expect(lease(async () => 'never')).rejects.toMatchObject({ code: 'ERR_LEASE_HELD' })
  gate.resolve()
  await state.holding
})

test('looks three times who was quicker, and then comes back later', async () => {
  const { clock } = prepared()
  const tried = { times: 0 }
  const ledger: Ledger<LeaseRow> = {
    read: async () => undefined,
    async write() {
      tried.times += 1
      clock.advance(1000)
      throw new LedgerConflictError('somebody was quicker')
    },
  }
  const refused = withClientLease('mail', { ledger, clock }, clock.now() + minute, async () => 0)

  await expect(refused).rejects.toMatchObject({ code: 'ERR_LEDGER_CONFLICT' })
  expect(tried.times).toBe(3)
})

test('follows others of the same process, instead of being refused', async () => {
  const { services, clock } = prepared()
  const order: number[] = []
  const inTurn = { ...services, turns: turns() }
  await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      withClientLease('mail', inTurn, clock.now() + minute, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        order.push(index)
        if (index === 2) throw new Error('its work failed')
      }).catch((error: Error) => expect(error.message).toBe('its work failed')),
    ),
  )

  expect(order).toEqual([0, 1, 2, 3, 4])
})

test('waits for others of its process no longer than it has time', async () => {
  const { services, clock } = prepared()
  const waited: number[] = []
  const wait = async (_name: string, ms: number) => {
    waited.push(ms)
    return () => undefined
  }
  const inTurn = { ...services, turns: { wait } }
  for (const leftMs of [minute, 500, -1])
    await withClientLease('mail', inTurn, clock.now() + leftMs, async () => 0).catch(codeOf)

  expect(waited).toEqual([3000, 500, 0])
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

/** A ledger that tells what is written to it: whose lease, taken or given back. */
function telling(ledger: Ledger<LeaseRow>) {
  const told: string[] = []
  const write: Ledger<LeaseRow>['write'] = (key, row, ...rest) => {
    told.push(`${row.until === 0 ? 'gives back' : 'takes'} ${key.workflow} ${key.event}`)
    return ledger.write(key, row, ...rest)
  }
  return { told, ledger: { ...ledger, write } }
}

const named = (kind: 'client' | 'issuer', id: string) => ({ kind, id })

test('takes several leases each once, in one order, and gives them back in reverse', async () => {
  const { clock } = prepared()
  const { told, ledger } = telling(memoryLedger<LeaseRow>(clock))
  const leases = [named('issuer', 'b'), named('client', 'z'), named('issuer', 'a')]
  const work = async () => void told.push('works')
  await withLeases([...leases, named('issuer', 'b')], { ledger, clock }, clock.now() + minute, work)

  expect(told).toEqual([
    'takes client-lease z',
    'takes issuer-lease a',
    'takes issuer-lease b',
    'works',
    'gives back issuer-lease b',
    'gives back issuer-lease a',
    'gives back client-lease z',
  ])
})

test('gives back what it has where one of several is held by somebody else', async () => {
  const { services, clock } = prepared()
  const until = clock.now() + minute
  const both = [named('client', 'mail'), named('client', 'other')]
  const refused = await withClientLease('other', services, until, () =>
    withLeases(both, services, until, async () => 'never').catch(codeOf),
  )

  expect(refused).toBe('ERR_LEASE_HELD')
  expect(await withLeases(both, services, until, async () => 'in')).toBe('in')
})

test('works without any lease where none is named', async () => {
  const { services, clock } = prepared()
  expect(await withLeases([], services, clock.now(), async () => 'in')).toBe('in')
})

test('takes no lease for work that could not begin any more', async () => {
  const { services, clock } = prepared()
  const work = async () => 'never'

  expect(await withClientLease('mail', services, clock.now(), work).catch(codeOf)).toBe(
    'ERR_DEADLINE',
  )
  expect(services.ledger.rows).toEqual([])
})
