import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError, LeaseHeldError, RefusedError, UnavailableError } from '../errors.ts'
import type { FollowUp } from '../ports/index.ts'
import {
  manualClock,
  memoryFollowUps,
  memoryLedger,
  recordingLog,
  recordingMetrics,
} from '../testing/index.ts'
import { readLastSweep, type SweepRow } from './last-sweep.ts'
import { type Sweep, sweep } from './sweep.ts'

function prepared(change: Partial<Sweep> = {}) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const followUps = memoryFollowUps()
  const log = recordingLog()
  const metrics = recordingMetrics()
  const at: Sweep = {
    followUps,
    executes: {},
    inspections: [],
    clock,
    log,
    metrics,
    ...change,
  }
  const schedule = (id: string, kind: string, afterMs = 0) =>
    followUps.schedule({ id, kind, dueAt: clock.now() + afterMs, data: { id } })
  const run = () => sweep(at, { deadline: at.clock.now() + 60_000 })
  return { clock, followUps, log, metrics, schedule, run }
}

test('executes what is due once, and leaves what is not', async () => {
  const done: string[] = []
  const execute = async ({ id }: { id: string }) => {
    done.push(id)
    return 'retired'
  }
  const { schedule, run, followUps, metrics } = prepared({ executes: { retire: execute } })
  await schedule('a', 'retire')
  await schedule('b', 'retire', 1)

  expect(await run()).toEqual({
    executed: [{ kind: 'retire', id: 'a', outcome: 'retired' }],
    failed: [],
    findings: {},
  })
  await run()
  expect(done).toEqual(['a'])
  expect(followUps.outcomes.get('a')).toBe('retired')
  expect(metrics.counts).toEqual({ FollowUpsExecuted: 1, SweepFailures: 0 })
})

test('goes on after a failure, and tries what failed again', async () => {
  const failures = [new ConfigError('the key is refused')]
  const { schedule, run, log } = prepared({
    executes: {
      retire: async () => {
        const failure = failures.shift()
        if (failure !== undefined) throw failure
        return 'retired'
      },
    },
  })
  await schedule('a', 'retire')
  await schedule('b', 'retire')
  const first = await run()
  const second = await run()

  expect(first.failed).toEqual([{ what: 'retire a', code: 'ERR_CONFIG' }])
  expect([first, second].map(({ executed }) => executed.map(({ id }) => id))).toEqual([
    ['b'],
    ['a'],
  ])
  expect(log.lines[0]).toMatchObject({ level: 'error' })
})

test('ends what is refused, and tells a person', async () => {
  const execute = async () => {
    throw new RefusedError('siblings-on-retired-key')
  }
  const { schedule, run, followUps, metrics, log } = prepared({ executes: { retire: execute } })
  await schedule('a', 'retire')
  const report = await run()

  expect(report).toMatchObject({
    executed: [{ outcome: 'refused: siblings-on-retired-key' }],
    failed: [],
  })
  expect(followUps.outcomes.get('a')).toBe('refused: siblings-on-retired-key')
  expect(metrics.counts.FollowUpsRefused).toBe(1)
  expect(log.lines[0]?.level).toBe('warn')
})

test('tells and counts a refusal once the follow-up has ended', async () => {
  const execute = async () => {
    throw new RefusedError('siblings-on-retired-key')
  }
  const { schedule, run, followUps, metrics, log } = prepared({ executes: { retire: execute } })
  await schedule('a', 'retire')
  const { end } = followUps
  followUps.end = () => Promise.reject(new UnavailableError('table t', 'ThrottlingException'))
  await run()
  expect(metrics.counts.FollowUpsRefused).toBeUndefined()
  expect(log.lines.map(({ level }) => level)).toEqual(['error'])

  followUps.end = end
  await run()
  expect(metrics.counts.FollowUpsRefused).toBe(1)
})

test('keeps what is to be looked at again', async () => {
  const { schedule, run, followUps } = prepared({ executes: { watch: async () => undefined } })
  await schedule('a', 'watch')

  expect((await run()).executed).toEqual([])
  expect(await Array.fromAsync(followUps.open('watch'))).toHaveLength(1)
})

test('fails on a kind that nobody executes, and forgets nothing', async () => {
  const { schedule, run, followUps } = prepared()
  await schedule('a', 'toString')

  expect((await run()).failed).toEqual([{ what: 'toString a', code: 'ERR_UNKNOWN_KIND' }])
  expect(await Array.fromAsync(followUps.open('toString'))).toHaveLength(1)
})

test('leaves the rest to the next sweep when there is no time left', async () => {
  const { schedule, run, clock } = prepared({
    executes: {
      slow: async () => {
        clock.advance(50_000)
        return 'done'
      },
    },
  })
  for (const id of ['a', 'b', 'c']) await schedule(id, 'slow')

  expect((await run()).executed.map(({ id }) => id)).toEqual(['a', 'b'])
  expect((await run()).executed.map(({ id }) => id)).toEqual(['c'])
})

test('inspects although what is due cannot be read, and says so', async () => {
  const followUps = {
    ...memoryFollowUps(),
    due: async function* (): AsyncGenerator<FollowUp> {
      yield await Promise.reject(new ConfigError('no such table'))
    },
  }
  const look = async () => [{ id: 1 }]
  const { run } = prepared({
    followUps,
    inspections: [{ name: 'found', metric: 'UnfrozenClients', look }],
  })

  expect(await run()).toEqual({
    executed: [],
    failed: [{ what: 'follow-ups that are due', code: 'ERR_CONFIG' }],
    findings: { found: [{ id: 1 }] },
  })
})

test('counts nothing that it had no time to look at, and says so', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const { run, metrics } = prepared({
    clock,
    inspections: [
      {
        name: 'slow',
        metric: 'UnfrozenClients',
        look: async () => {
          clock.advance(60_000)
          return []
        },
      },
      { name: 'not looked at', metric: 'FollowUpPassesLate', look: async () => [] },
    ],
  })
  const { findings, failed } = await run()

  expect(findings).toEqual({ slow: [] })
  expect(failed).toEqual([{ what: 'not looked at', code: 'ERR_DEADLINE' }])
  expect(metrics.counts).toEqual({ UnfrozenClients: 0, FollowUpsExecuted: 0, SweepFailures: 1 })
})

test('tells every finding, and counts them even where there is none', async () => {
  const { run, log, metrics } = prepared({
    inspections: [
      { name: 'two found', metric: 'UnfrozenClients', look: async () => [{ id: 1 }, { id: 2 }] },
      { name: 'none found', metric: 'FollowUpPassesLate', look: async () => [] },
      {
        name: 'not to be seen',
        metric: 'ExpiredGrantsKept',
        look: () => Promise.reject(new TypeError('x')),
      },
    ],
  })
  const { findings, failed } = await run()

  expect(findings).toEqual({ 'two found': [{ id: 1 }, { id: 2 }], 'none found': [] })
  expect(failed).toEqual([{ what: 'not to be seen', code: 'TypeError' }])
  expect(metrics.counts).toMatchObject({ UnfrozenClients: 2, FollowUpPassesLate: 0 })
  expect(metrics.counts.ExpiredGrantsKept).toBeUndefined()
  expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2)
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('executes several at a time, and not all at once', async () => {
  const running = { now: 0, most: 0 }
  const { schedule, run } = prepared({
    executes: {
      retire: async () => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await turn()
        running.now -= 1
        return 'retired'
      },
    },
  })
  for (let n = 0; n < 20; n += 1) await schedule(`${n}`, 'retire')

  expect((await run()).executed).toHaveLength(20)
  expect(running.most).toBe(4)
})

test('does one after another what stands in the way of each other', async () => {
  const held = new Set<string>()
  const { schedule, run } = prepared({
    executes: {
      retire: async ({ data }) => {
        const issuer = String(data['id']).slice(0, 1)
        if (held.has(issuer)) throw new LeaseHeldError(0)
        held.add(issuer)
        await turn()
        held.delete(issuer)
        return 'retired'
      },
    },
  })
  for (const id of ['a1', 'a2', 'a3', 'b1', 'b2']) await schedule(id, 'retire')
  const { executed, failed } = await run()

  expect(executed).toHaveLength(5)
  expect(failed).toEqual([])
})

test('says so where somebody else is in the way to the end', async () => {
  const { schedule, run } = prepared({
    executes: { retire: () => Promise.reject(new LeaseHeldError(0)) },
  })
  await schedule('a', 'retire')

  expect((await run()).failed).toEqual([{ what: 'retire a', code: 'ERR_LEASE_HELD' }])
})

test('gets to everything that is due, whatever else is stuck, fails or is slow', async () => {
  const kinds = ['watch', 'retire', 'rotate'] as const
  const behaviour = fc.record({
    kind: fc.constantFrom(...kinds),
    does: fc.constantFrom('end', 'stay', 'fail'),
    costMs: fc.integer({ min: 0, max: 2000 }),
    overdueMs: fc.integer({ min: 0, max: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(behaviour, { maxLength: 60 }), async (behaviours) => {
      const clock = manualClock('2026-01-02T03:04:05Z')
      const execute = async ({ data }: FollowUp) => {
        const { does, costMs } = behaviours[Number(data['n'])] as (typeof behaviours)[number]
        clock.advance(costMs)
        if (does === 'fail') throw new ConfigError('it is stuck')
        return does === 'end' ? 'done' : undefined
      }
      const executes = Object.fromEntries(kinds.map((kind) => [kind, execute]))
      const inspections = [
        { name: 'looked', metric: 'UnfrozenClients' as const, look: async () => [] },
      ]
      const { followUps, run } = prepared({ clock, executes, inspections })
      for (const [n, { kind, overdueMs }] of behaviours.entries())
        await followUps.schedule({
          id: String(n),
          kind,
          dueAt: clock.now() - overdueMs,
          data: { n },
        })
      // Of each kind at least one more is got to by every sweep.
      for (const _sweep of behaviours) expect((await run()).findings).toEqual({ looked: [] })

      const ends = behaviours.flatMap(({ does }, n) => (does === 'end' ? [String(n)] : []))
      expect([...followUps.outcomes.keys()].sort()).toEqual(ends.sort())
    }),
    { numRuns: 200 },
  )
})

test('keeps half of the time for inspections, and ends what takes longer', async () => {
  const at: { clock?: number; deadline?: number } = {}
  const clock = manualClock('2026-01-02T03:04:05Z')
  const start = clock.now()
  const { schedule, run } = prepared({
    clock,
    executes: {
      slow: async (_followUp, { deadline }) => {
        at.deadline = deadline - start
        clock.advance(10_000)
        return undefined
      },
    },
    inspections: [
      {
        name: 'looked',
        metric: 'UnfrozenClients',
        look: async () => {
          at.clock = clock.now() - start
          return []
        },
      },
    ],
  })
  for (let n = 0; n < 100; n += 1) await schedule(`${n}`, 'slow')

  expect((await run()).findings).toEqual({ looked: [] })
  expect(at).toEqual({ clock: 20_000, deadline: 30_000 })
})

test('tells an inspection what was looked at, and how much was not', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const { schedule, run } = prepared({
    clock,
    executes: {
      watch: async ({ id }) => {
        clock.advance(id === 'last' ? 20_000 : 0)
        if (id === 'bad') throw new ConfigError('no such table')
        return id === 'closed' ? 'closed' : undefined
      },
    },
    inspections: [
      {
        name: 'seen',
        metric: 'FollowUpPassesLate',
        look: async (_allowance, seen) => {
          const { left, unseen, code } = seen('watch')
          return [{ left: left.map(({ id }) => id), unseen, code, other: seen('other').code }]
        },
      },
    ],
  })
  for (const id of ['closed', 'bad', 'open', 'last', 'late 1', 'late 2'])
    await schedule(id, 'watch')
  const { findings } = await run()

  expect(findings).toEqual({
    seen: [{ left: ['open', 'last'], unseen: 3, code: 'ERR_DEADLINE', other: 'ERR_NOT_LOOKED_AT' }],
  })
})

test('says what an inspection could not look at, and that there may be more', async () => {
  const look = async () => ({
    findings: [{ id: 1 }],
    problems: [{ id: 2, problem: 'ERR_ORY_API' }],
    unseen: 7,
    code: 'ERR_ORY_API',
  })
  const inspections = [{ name: 'some found', metric: 'UnfrozenClients' as const, look }]
  const { run, log, metrics } = prepared({ inspections })
  const { findings, partly, failed } = await run()

  expect(findings).toEqual({})
  expect(partly).toMatchObject({ 'some found': { findings: [{ id: 1 }], unseen: 7 } })
  expect(failed).toEqual([{ what: 'some found', code: 'ERR_ORY_API' }])
  expect(metrics.counts).toMatchObject({ UnfrozenClients: 1, SweepFailures: 1 })
  expect(log.lines.map(({ fields }) => fields)).toContainEqual({
    inspection: 'some found',
    found_at_least: 1,
    not_looked_at_at_least: 7,
    code: 'ERR_ORY_API',
  })
  expect(log.lines.map(({ fields }) => fields)).toContainEqual({
    inspection: 'some found',
    id: 2,
    problem: 'ERR_ORY_API',
  })
})

test('lets no inspection wait for another', async () => {
  const gate = Promise.withResolvers<void>()
  const { run } = prepared({
    inspections: [
      {
        name: 'waits',
        metric: 'UnfrozenClients',
        look: () => gate.promise.then(() => []),
      },
      {
        name: 'lets it go',
        metric: 'FollowUpPassesLate',
        look: async () => {
          gate.resolve()
          return []
        },
      },
    ],
  })

  expect((await run()).findings).toEqual({ waits: [], 'lets it go': [] })
})

test('counts all that it found, and logs a thousand of it', async () => {
  const look = async () => Array.from({ length: 1234 }, (_, id) => ({ id }))
  const inspections = [{ name: 'many', metric: 'FollowUpPassesLate' as const, look }]
  const { run, log, metrics } = prepared({ inspections })

  expect((await run()).findings['many']).toHaveLength(1234)
  expect(metrics.counts.FollowUpPassesLate).toBe(1234)
  expect(log.lines).toHaveLength(1001)
  expect(log.lines.at(-1)?.fields).toEqual({ and_more: 234 })
})

test('goes on although it cannot note where it stopped, and says so', async () => {
  const followUps = {
    ...memoryFollowUps(),
    resumeAfter: () => Promise.reject(new ConfigError('no such table')),
  }
  const clock = manualClock('2026-01-02T03:04:05Z')
  const slow = async () => {
    clock.advance(60_000)
    return 'done'
  }
  const { run } = prepared({ clock, followUps, executes: { slow } })
  for (const id of ['a', 'b']) await followUps.schedule({ id, kind: 'slow', dueAt: 0, data: {} })

  expect(await run()).toMatchObject({
    executed: [{ id: 'a' }],
    failed: [{ what: 'follow-ups that are due: slow', code: 'ERR_CONFIG' }],
  })
})

test('keeps what the last sweep came to: counts, and nothing of whom they are about', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const sweeps = memoryLedger<SweepRow>(clock)
  const look = async () => {
    clock.advance(1500)
    return [{ client_id: 'mail' }]
  }
  const { run, schedule } = prepared({
    clock,
    sweeps,
    executes: { retire: async () => 'retired' },
    inspections: [{ name: 'a client is frozen no more', metric: 'UnfrozenClients', look }],
  })
  await schedule('a', 'retire')
  await schedule('b', 'nobody-knows-it')

  const startedAt = clock.now()
  await run()
  expect((await readLastSweep(sweeps))?.row).toEqual({
    startedAt,
    endedAt: startedAt + 1500,
    executed: 1,
    failed: 1,
    findings: { 'a client is frozen no more': 1 },
  })
  await run()
  expect((await readLastSweep(sweeps))?.row).toMatchObject({ startedAt: startedAt + 1500 })
})

test('has swept even where that cannot be kept', async () => {
  const broken = { read: () => Promise.reject(new ConfigError('no such table')) }
  const { run, log } = prepared({ sweeps: broken as never })

  expect(await run()).toEqual({ executed: [], failed: [], findings: {} })
  expect(JSON.stringify(log.lines)).toContain('could not be kept')
})
