import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LedgerConflictError, UnavailableError } from '../errors.ts'
import { parseUserDeleted } from '../events/index.ts'
import { namesOf, type Receipt, type WorkflowRow } from '../run/index.ts'
import { manualClock, memoryLedger } from '../testing/index.ts'
import type { BackfillRow, Holder } from './row.ts'
import { runBackfill } from './run-backfill.ts'
import type { BackfillServices, BackfillTerms, Onlookers, SubjectLine } from './work.ts'

const keys = { ledgerKey: new Uint8Array(32).fill(1) }
const minute = 60_000
const terms: BackfillTerms = {
  names: ['a'.repeat(64)],
  subjectFields: { userDeleted: 'subject', identityDeleted: 'id' },
  lane: 'hygiene',
  trial: 5,
  atOnce: 12,
  patienceMs: 15 * minute,
  longPatienceMs: 24 * 60 * minute,
}

class Crash extends Error {}

/** Every third line holds none. */
const linesOf = (count: number): readonly SubjectLine[] =>
  Array.from({ length: count }, (_, index) => ({
    line: index + 1 + Math.floor(index / 2),
    subject: `user ${index}`,
  }))

/** A ledger, a queue and a worker of theirs, which processes crash beside and others take over. */
function newWorld(lines: readonly SubjectLine[], workerTakes = 3) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const runs = memoryLedger<BackfillRow>(clock)
  const rows = memoryLedger<WorkflowRow>(clock)
  const waiting: string[] = []
  const seen = {
    sent: new Map<number, Set<string>>(),
    messages: 0,
    mostOpen: 0,
    approvals: [] as (readonly number[])[],
    left: [] as number[],
    sentBeforeApproval: 0,
    done: new Set<string>(),
  }

  /** The worker has its turn whenever somebody waits. */
  async function work() {
    for (const body of waiting.splice(0, workerTakes)) {
      const event = parseUserDeleted(body)
      if (seen.done.has(event.id)) continue
      seen.done.add(event.id)
      const [name] = namesOf(event, keys)
      const receipt = { result: 'done' } as Receipt
      const key = { workflow: 'user-deleted', event: name, pass: 'first' }
      await rows.write(key, { receipt } as WorkflowRow, 0, undefined)
    }
  }

  const lineOf = (body: string) => Number(parseUserDeleted(body).id.split('-').at(-1))

  /** A process that dies at its n-th call of the outside, before it or after. */
  function newProcess(self: Holder, dies = Number.POSITIVE_INFINITY, after = false) {
    const calls = { made: 0 }
    const call = async <T>(effect: () => Promise<T>): Promise<T> => {
      calls.made += 1
      if (calls.made > dies || (calls.made === dies && !after)) throw new Crash()
      const value = await effect()
      if (calls.made === dies) throw new Crash()
      return value
    }
    const services: BackfillServices = {
      ...keys,
      self,
      isGone: ({ host, pid }) => host === self.host && pid !== self.pid,
      clock,
      runs: {
        read: (key) => call(() => runs.read(key)),
        write: (...its) => call(() => runs.write(...its)),
      },
      ledger: {
        read: (key) => call(() => rows.read(key)),
        write: () => Promise.reject(new Error('a backfill writes no receipts')),
      },
      send: (bodies) =>
        call(async () => {
          for (const body of bodies) {
            waiting.push(body)
            seen.messages += 1
            const line = lineOf(body)
            seen.sent.set(line, (seen.sent.get(line) ?? new Set()).add(body))
          }
          if (seen.approvals.length === 0) seen.sentBeforeApproval = seen.sent.size
          seen.mostOpen = Math.max(seen.mostOpen, seen.sent.size - seen.done.size)
          clock.advance(40)
        }),
      pause: (ms) =>
        call(async () => {
          clock.advance(ms)
          await work()
        }),
    }
    const onlookers: Onlookers = {
      approve: (receipts, _without, left) =>
        call(async () => {
          seen.left.push(left)
          seen.approvals.push(receipts.map(({ line }) => line))
        }),
      tell: () => undefined,
    }
    const file = {
      total: lines.length,
      async *subjects() {
        for (const line of lines) yield await call(async () => line)
      },
    }
    return {
      calls,
      services,
      onlookers,
      file,
      run: (others: Partial<BackfillTerms> = {}) =>
        runBackfill(file, { ...terms, ...others }, services, onlookers),
    }
  }

  return { clock, runs, seen, waiting, work, newProcess }
}

const here = (pid: number): Holder => ({ host: 'here', pid })
const there: Holder = { host: 'there', pid: 1 }

/** The row as far as it does not depend on when and by whom. */
function placeIn(row: BackfillRow | undefined) {
  const { writtenAt: _when, holder: _who, ...place } = row as BackfillRow
  return place
}

test('sends every line once, and asks after the first ones', async () => {
  const lines = linesOf(40)
  const world = newWorld(lines)
  const ended = await world.newProcess(here(1)).run()

  expect(ended).toEqual({ result: 'sent', sent: 40, without: [] })
  expect([...world.seen.sent.keys()]).toEqual(lines.map(({ line }) => line))
  expect(world.seen.messages).toBe(40)
  expect(world.seen.approvals).toEqual([[1, 2, 4, 5, 7]])
  expect(world.seen.sentBeforeApproval).toBe(5)
  expect(world.runs.rows[0]).not.toHaveProperty('holder')
})

test('a file that was sent to its end is left as it is', async () => {
  const world = newWorld(linesOf(30))
  await world.newProcess(here(1)).run()
  const place = placeIn(world.runs.rows[0])
  const ended = await world.newProcess(there).run()

  expect(ended).toEqual({ result: 'sent', sent: 30, without: [] })
  expect(world.seen.messages).toBe(30)
  expect(world.seen.approvals).toHaveLength(1)
  expect(placeIn(world.runs.rows[0])).toEqual(place)
})

test('whatever it dies at, every line is sent, none under two ids, and it ends the same', async () => {
  const count = fc.integer({ min: 0, max: 45 })
  const deaths = fc.array(fc.record({ at: fc.integer({ min: 1, max: 90 }), after: fc.boolean() }), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(count, deaths, fc.integer({ min: 1, max: 9 }), async (size, ends, takes) => {
      const lines = linesOf(size)
      const calm = newWorld(lines)
      await calm.newProcess(here(1)).run()

      const world = newWorld(lines, takes)
      for (const [index, { at, after }] of ends.entries())
        await world
          .newProcess(here(index + 1), at, after)
          .run()
          .catch((error: unknown) => expect(error).toBeInstanceOf(Crash))
      const ended = await world.newProcess(here(99)).run()

      expect(ended).toEqual({ result: 'sent', sent: size, without: [] })
      expect([...world.seen.sent.keys()]).toEqual(lines.map(({ line }) => line))
      expect([...world.seen.sent.values()].filter(({ size }) => size !== 1)).toEqual([])
      expect(world.seen.mostOpen).toBeLessThanOrEqual(terms.atOnce)
      expect(world.seen.sentBeforeApproval).toBeLessThanOrEqual(terms.trial)
      expect(placeIn(world.runs.rows[0])).toEqual(placeIn(calm.runs.rows[0]))
    }),
    { numRuns: 60 },
  )
})

test('dying at every single call of a run changes nothing of how it ends', async () => {
  const lines = linesOf(14)
  const calm = newWorld(lines)
  const counted = calm.newProcess(here(1))
  await counted.run()
  expect(counted.calls.made).toBeGreaterThan(30)

  for (let at = 1; at <= counted.calls.made; at += 1)
    for (const after of [false, true]) {
      const world = newWorld(lines)
      await world
        .newProcess(here(1), at, after)
        .run()
        .catch(() => undefined)
      await world.newProcess(here(2)).run()

      expect([...world.seen.sent.keys()]).toEqual(lines.map(({ line }) => line))
      expect([...world.seen.sent.values()].every(({ size }) => size === 1)).toBe(true)
      expect(placeIn(world.runs.rows[0])).toEqual(placeIn(calm.runs.rows[0]))
    }
})

test('another machine is refused while somebody is at work, and takes over from who is silent', async () => {
  const world = newWorld(linesOf(30))
  await world
    .newProcess(here(1), 25)
    .run()
    .catch(() => undefined)
  const refused = await world.newProcess(there).run()
  expect(refused).toMatchObject({ result: 'held', heldBy: { holder: here(1) } })

  world.clock.advance(minute)
  expect(await world.newProcess(there).run()).toMatchObject({ result: 'sent', sent: 30 })
})

test('a process that is gone on this machine keeps nobody waiting', async () => {
  const world = newWorld(linesOf(30))
  await world
    .newProcess(here(1), 25)
    .run()
    .catch(() => undefined)

  expect(await world.newProcess(here(2)).run()).toMatchObject({ result: 'sent', sent: 30 })
})

test('who was taken over stops, and what both have sent is the same', async () => {
  const lines = linesOf(40)
  const world = newWorld(lines)
  const slow = world.newProcess(here(1))
  const approve = slow.onlookers.approve
  Object.assign(slow.onlookers, {
    // Somebody thinks for so long that another machine begins.
    approve: async (...its: Parameters<typeof approve>) => {
      world.clock.advance(2 * minute)
      await world.newProcess(there).run()
      await approve(...its)
    },
  })

  await expect(slow.run()).rejects.toThrow(LedgerConflictError)
  expect([...world.seen.sent.keys()]).toEqual(lines.map(({ line }) => line))
  expect(world.seen.messages).toBe(40)
})

test('a signal leaves the file where it is, free for any machine', async () => {
  const world = newWorld(linesOf(30))
  const asked = new AbortController()
  const process = world.newProcess(here(1))
  const { pause } = process.services
  Object.assign(process.services, {
    pause: async (ms: number) => {
      await pause(ms)
      asked.abort(new Error('asked to end'))
    },
  })

  await expect(process.run({ signal: asked.signal })).rejects.toThrow('asked to end')
  expect(world.runs.rows[0]).not.toHaveProperty('holder')
  expect(world.runs.rows[0]).toMatchObject({ sent: 5, line: 7 })
  expect(await world.newProcess(there).run()).toMatchObject({ result: 'sent', sent: 30 })
  expect(world.seen.messages).toBe(30)
})

test('who says no is asked again the next time, and nothing more has gone', async () => {
  const world = newWorld(linesOf(30))
  const process = world.newProcess(here(1))
  Object.assign(process.onlookers, { approve: () => Promise.reject(new Error('no')) })

  await expect(process.run()).rejects.toThrow('no')
  expect(world.seen.messages).toBe(5)
  await world.newProcess(here(2)).run()
  expect(world.seen.approvals).toEqual([[1, 2, 4, 5, 7]])
})

test('who said yes is not asked again, even where it dies with the very next event', async () => {
  const world = newWorld(linesOf(30))
  const process = world.newProcess(here(1))
  const { send, runs } = process.services
  const dead = () => world.seen.approvals.length > 0 && world.seen.messages > 5
  Object.assign(process.services, {
    send: async (bodies: readonly string[]) => {
      await send(bodies)
      if (dead()) throw new Crash()
    },
    runs: {
      ...runs,
      write: (...its: Parameters<typeof runs.write>) =>
        dead() ? Promise.reject(new Crash()) : runs.write(...its),
    },
  })

  await expect(process.run()).rejects.toThrow(Crash)
  await world.newProcess(here(2)).run()
  expect(world.seen.approvals).toHaveLength(1)
})

test('more lines of the same file have to be approved of anew', async () => {
  const lines = linesOf(30)
  const world = newWorld(lines)
  const first = world.newProcess(here(1))
  Object.assign(first.file, { total: 8 })
  expect(await first.run()).toMatchObject({ result: 'sent', sent: 8 })
  expect(world.seen.messages).toBe(8)
  await world.newProcess(here(2)).run()

  expect(world.seen.approvals).toEqual([
    [1, 2, 4, 5, 7],
    [1, 2, 4, 5, 7],
  ])
  expect(world.seen.left).toEqual([3, 22])
  expect(world.seen.messages).toBe(30)
})

test('lines without a receipt are told where nothing comes any more', async () => {
  const world = newWorld(linesOf(8), 0)
  const asked: (readonly number[])[] = []
  const process = world.newProcess(here(1))
  Object.assign(process.onlookers, {
    approve: async (_receipts: unknown, without: readonly number[]) => asked.push(without),
  })
  const ended = await process.run()

  expect(asked).toEqual([[1, 2, 4, 5, 7]])
  expect(ended).toEqual({ result: 'sent', sent: 8, without: linesOf(8).map(({ line }) => line) })
})

test('it stops where as many have no receipt as may be, for a day', async () => {
  const world = newWorld(linesOf(30), 0)
  const started = world.clock.now()
  const ended = await world.newProcess(here(1)).run()

  expect(ended).toMatchObject({ result: 'stalled', sent: 12 })
  expect(world.seen.mostOpen).toBe(12)
  expect(world.clock.now() - started).toBeGreaterThanOrEqual(terms.longPatienceMs)
})

test('a ledger that is out of reach for a while, its answers lost among it, stops nothing', async () => {
  const world = newWorld(linesOf(400), 10)
  const process = world.newProcess(here(1))
  const { runs } = process.services
  let writes = 0
  Object.assign(process.services, {
    runs: {
      ...runs,
      write: async (...its: Parameters<typeof runs.write>) => {
        writes += 1
        const isTick = its[1].approved > 0 && its[1].sent > 5 && its[1].sent < 400
        if (isTick && writes % 3 === 0) throw new UnavailableError('table', 'TimeoutError')
        const version = await runs.write(...its)
        if (isTick && writes % 3 === 1) throw new UnavailableError('table', 'TimeoutError')
        return version
      },
    },
  })

  expect(await process.run()).toEqual({ result: 'sent', sent: 400, without: [] })
  expect(writes).toBeGreaterThan(10)
  expect(world.runs.rows[0]).toMatchObject({ sent: 400, firstOpen: 600 })
})

test('writes its row at most once a second', async () => {
  const world = newWorld(linesOf(400), 400)
  const writes: number[] = []
  const process = world.newProcess(here(1))
  const { runs } = process.services
  Object.assign(process.services, {
    runs: {
      ...runs,
      write: (...its: Parameters<typeof runs.write>) => {
        writes.push(world.clock.now())
        return runs.write(...its)
      },
    },
  })
  await process.run({ atOnce: 1000, trial: 0 })
  // The first, two around the approval, and the last are written at once.
  const [, , , ...ticks] = writes.slice(0, -1)

  expect(ticks.length).toBeGreaterThan(0)
  for (const [index, at] of ticks.slice(1).entries())
    expect(at - (ticks[index] ?? 0)).toBeGreaterThanOrEqual(1000)
})
