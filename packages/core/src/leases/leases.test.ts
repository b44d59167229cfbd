import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LapseError, LeaseHeldError, LedgerConflictError, UnavailableError } from '../errors.ts'
import type { Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import { type LeaseServices, withClientLease, withLeases } from './leases.ts'
import { heldOnAverage, type LeaseStanding } from './line.ts'
import type { LeaseRow } from './row.ts'
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

/** A lease that somebody holds until he is told to give it back. */
async function heldBySomebody() {
  const made = prepared()
  const { lease, services, clock } = made
  const gate = Promise.withResolvers<void>()
  const holding = lease(() => gate.promise)
  await new Promise((resolve) => setImmediate(resolve))
  const giveBack = async () => {
    gate.resolve()
    await holding
  }
  const told: number[] = []
  const pausing = {
    wait: async () => () => undefined,
    async pause(ms: number) {
      told.push(ms)
      clock.advance(ms)
      if (told.length === 5) await giveBack()
    },
  }
  const start = clock.now()
  /** @returns what came of it; of a refusal, when its turn is */
  const take = (standing?: LeaseStanding, terms: Partial<LeaseServices> = {}) =>
    withClientLease(
      'mail',
      { ...services, standing, ...terms },
      clock.now() + minute,
      async () => 'in',
    ).catch((error: LeaseHeldError) => ({ in: error.turnAt && error.turnAt - start }))
  return { ...made, giveBack, pausing, told, take }
}

test('tells each who comes back a turn of its own, and nobody else one', async () => {
  const { take, clock, giveBack } = await heldBySomebody()
  const refused = [await take('new'), await take('due'), await take(), await take('urgent')]
  refused.push(await take('new'))
  clock.advance(10_000)
  refused.push(await take('new'))
  await giveBack()

  const turns = [300, 600, undefined, undefined, 900, 10_300]
  expect(refused).toEqual(turns.map((turn) => ({ in: turn })))
})

test('turns are as far apart as the last holders took', async () => {
  const { take, lease, clock, giveBack } = await heldBySomebody()
  clock.advance(800)
  await giveBack()
  await lease(async () => clock.advance(400))
  let refused: unknown
  await lease(async () => {
    refused = [await take('new'), await take('new')]
  })

  expect(refused).toEqual([{ in: 1200 + 750 }, { in: 1200 + 1500 }])
})

test('has a turn although others are quicker to stand in line, unless they always are', async () => {
  const { take, services, giveBack } = await heldBySomebody()
  const quicker = (times: number) => {
    const { read, write } = services.ledger
    let left = times
    const slow: typeof write = async (...parameters) => {
      if (left === 0) return write(...parameters)
      left -= 1
      throw new LedgerConflictError('somebody was quicker')
    }
    return { ledger: { read, write: slow } }
  }

  expect(await take('new', quicker(4))).toEqual({ in: 300 })
  expect(await take('new', quicker(5))).toEqual({ in: undefined })
  await giveBack()
})

test.each(['new', 'due', 'urgent'] as const)(
  'waits for no lease beyond the time that it has, %s or not',
  async (standing) => {
    const { services, clock, pausing, giveBack } = await heldBySomebody()
    const deadline = clock.now() + 400
    const turns = { ...pausing, pause: async () => clock.advance(90) }
    const terms = { ...services, standing, turns }
    const refused = withClientLease('mail', terms, deadline, async () => 'in')

    await expect(refused).rejects.toThrow(LeaseHeldError)
    expect(clock.now() - deadline).toBeLessThanOrEqual(90)
    await giveBack()
  },
)

test('waits for whoever holds it, and not for the table, where the line cannot be written', async () => {
  const { services, clock, giveBack } = await heldBySomebody()
  const ledger = {
    ...services.ledger,
    write: () => Promise.reject(new UnavailableError('the table', 'throttled')),
  }
  const terms = { ...services, ledger, standing: 'new' as const }
  const refused = withClientLease('mail', terms, clock.now() + minute, async () => 'in')

  await expect(refused).rejects.toThrow(LeaseHeldError)
  await giveBack()
})

test.each([
  ['whose turn is near waits for it', 'new', [300, 62.5, 62.5, 62.5, 62.5]],
  ['who comes at his turn waits for whoever is at work', 'due', [62.5, 62.5, 62.5, 62.5, 62.5]],
  ['who is urgent looks more often', 'urgent', [20, 20, 20, 20, 20]],
] as const)('of those who find it held, one %s', async (_who, standing, pauses) => {
  const { take, pausing, told } = await heldBySomebody()

  expect(await take(standing, { turns: pausing })).toBe('in')
  expect(told).toEqual(pauses)
})

test('waits for no lease longer than a second, and not at all where others stand in line', async () => {
  const { take, clock, pausing, giveBack } = await heldBySomebody()
  const waits = { ...pausing, pause: async (ms: number) => clock.advance(ms) }
  const began = clock.now()
  for (const _others of [1, 2, 3]) await take('new')
  expect(await take('new', { turns: waits })).toEqual({ in: 1200 })
  expect(clock.now()).toBe(began)

  expect(await take('due', { turns: waits })).toEqual({ in: 1500 })
  expect(clock.now() - began).toBe(1000)
  expect(await take('urgent', { turns: waits })).toEqual({ in: undefined })
  expect(clock.now() - began).toBe(6000)
  await giveBack()
})

test('what holders took is between the least and the most of it, whatever their clocks did', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -100, max: 9000 }), { minLength: 1 }), (all) => {
      const average = all.reduce<number | undefined>(heldOnAverage, undefined)

      expect(average).toBeGreaterThanOrEqual(Math.max(0, Math.min(...all)))
      expect(average).toBeLessThanOrEqual(Math.max(0, ...all))
      expect(heldOnAverage(undefined, 99_000_000)).toBe(10_000)
    }),
  ))

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

/** Takes a lease by a write whose answer is lost, whatever is written to it meanwhile. */
async function takenWithoutAnswer(meanwhile: (ledger: Ledger<LeaseRow>) => Promise<unknown>) {
  const { clock, services, lease } = prepared()
  await lease(async () => clock.advance(400))
  const { read, write } = services.ledger
  const left = { answers: 0 }
  const ledger: Ledger<LeaseRow> = {
    read,
    async write(...row) {
      const version = await write(...row)
      left.answers += 1
      if (left.answers > 1) return version
      await meanwhile(services.ledger)
      throw new UnavailableError('the table', 'timeout')
    },
  }
  const until = clock.now() + minute
  const taken = withClientLease('mail', { ledger, clock }, until, async () => 'in')
  return { taken, lease, row: async () => (await read(key))?.row }
}

const key = { workflow: 'client-lease', event: 'mail', pass: 'lease' }

test('gives a lease back that was taken by a write without an answer', async () => {
  const { taken, lease, row } = await takenWithoutAnswer(async () => undefined)
  await expect(taken).rejects.toThrow(UnavailableError)

  expect(await row()).toMatchObject({ until: 0, heldMs: 400 })
  expect(await lease(async () => 'free')).toBe('free')
})

test('leaves a lease to whoever has it since a write that had no answer', async () => {
  const theirs = { holder: 'somebody else', until: Number.MAX_SAFE_INTEGER }
  const { taken, row } = await takenWithoutAnswer(async (ledger) => {
    const stored = await ledger.read(key)
    await ledger.write(key, theirs, stored?.version ?? 0, undefined)
  })
  await expect(taken).rejects.toThrow(UnavailableError)

  expect(await row()).toEqual(theirs)
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
  const inTurn = { ...services, turns: { ...turns(), wait } }
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
