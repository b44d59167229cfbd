import { afterEach, expect, test, vi } from 'vitest'
import { powertoolsMetrics } from './powertools.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Everything Powertools writes; in development it writes to this process's console. */
function written() {
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  const lines: string[] = []
  for (const method of ['log', 'warn', 'info'] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)))
  return lines
}

test('writes nothing at all where nothing was counted', () => {
  const lines = written()
  powertoolsMetrics('test').flush()

  expect(lines).toEqual([])
})

test('writes what was counted once, and nothing of it with the next batch', () => {
  const lines = written()
  const metrics = powertoolsMetrics('test')
  metrics.count('Failures', 2)
  metrics.eventAge(5)
  metrics.flush()
  metrics.count('Deferred', 1)
  metrics.flush()

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { service: 'test', Failures: 2, EventAge: 5 },
    { service: 'test', Deferred: 1 },
  ])
  expect(lines[1]).not.toContain('Failures')
})

test('writes how far the clock is off with every batch, whichever way, and nothing while it is right', () => {
  const lines = written()
  const state = { offMs: 0 }
  const metrics = powertoolsMetrics('test', { offMs: () => state.offMs })
  for (const offMs of [0, -31_500, 90_000, 0]) {
    state.offMs = offMs
    metrics.flush()
  }

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { service: 'test', ClockOffSeconds: 31.5 },
    { service: 'test', ClockOffSeconds: 90 },
  ])
})

test('writes how long messages wait for the service alone, and for each cause', () => {
  const lines = written()
  const metrics = powertoolsMetrics('test')
  metrics.waiting('ory', 60)
  metrics.waiting('aws', 5)
  metrics.waiting('ory', 90)
  metrics.flush()
  metrics.waiting('deployment', 7)
  metrics.flush()

  const told = lines.map((line) => JSON.parse(line))
  expect(told).toMatchObject([
    { service: 'test', WaitingSeconds: [60, 5, 90] },
    { service: 'test', cause: 'ory', WaitingSeconds: [60, 90] },
    { service: 'test', cause: 'aws', WaitingSeconds: 5 },
    { service: 'test', WaitingSeconds: 7 },
    { service: 'test', cause: 'deployment', WaitingSeconds: 7 },
  ])
  expect(told[0]).not.toHaveProperty('cause')
  expect(told.map(({ _aws }) => _aws.CloudWatchMetrics[0].Dimensions)).toEqual([
    [['service']],
    [['service', 'cause']],
    [['service', 'cause']],
    [['service']],
    [['service', 'cause']],
  ])
  expect(told[0]._aws.CloudWatchMetrics[0].Metrics).toEqual([
    { Name: 'WaitingSeconds', Unit: 'Seconds' },
  ])
})

test('writes what is counted of a source for that source alone', () => {
  const lines = written()
  const metrics = powertoolsMetrics('test')
  metrics.countOf('clerk', 'EventsPassedOver', 1)
  metrics.countOf('clerk', 'EventsQueued', 0)
  metrics.countOf('polis', 'EventsPassedOver', 2)
  metrics.flush()
  metrics.flush()

  const told = lines.map((line) => JSON.parse(line))
  expect(told).toMatchObject([
    { service: 'test', source: 'clerk', EventsPassedOver: 1, EventsQueued: 0 },
    { service: 'test', source: 'polis', EventsPassedOver: 2 },
  ])
  expect(told.map(({ _aws }) => _aws.CloudWatchMetrics[0].Dimensions)).toEqual([
    [['service', 'source']],
    [['service', 'source']],
  ])
})

test('writes how soon an event was seen done under its lane', () => {
  const lines = written()
  const metrics = powertoolsMetrics('test')
  metrics.observed('deletion', 1200)
  metrics.observed('incident', 300)
  metrics.flush()

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { service: 'test', lane: 'deletion', EventToObserved: 1200 },
    { service: 'test', lane: 'incident', EventToObserved: 300 },
  ])
})
