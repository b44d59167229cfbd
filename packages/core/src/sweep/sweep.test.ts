import { expect, test } from 'vitest'
import { ConfigError, RefusedError } from '../errors.ts'
import type { FollowUp } from '../ports/index.ts'
import { manualClock, memoryFollowUps, recordingLog, recordingMetrics } from '../testing/index.ts'
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
  const run = () => sweep(at, { deadline: clock.now() + 60_000 })
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
