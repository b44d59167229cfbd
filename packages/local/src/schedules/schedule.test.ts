import { expect, onTestFinished, test } from 'vitest'
import { ScheduleExpressionError } from '../errors.ts'
import { manualClock } from '../fixtures/manual-clock.ts'
import type { Invocation } from '../lambda/function.ts'
import { type Fired, startSchedule } from './schedule.ts'

const NEW_YEAR = Date.UTC(2030, 0, 1)
const MINUTE_MS = 60_000

/** A schedule of a function whose invocations end when the test says so. */
const start = (expression: string) => {
  const clock = manualClock(NEW_YEAR)
  const events: unknown[] = []
  const running: ((payload: string) => void)[] = []
  const fired: Fired[] = []
  const lambda = {
    name: 'sweep',
    arn: 'arn:sweep',
    invoke: (event: unknown) => {
      events.push(event)
      return new Promise<Invocation>((resolve) => {
        running.push((payload) => resolve({ payload, requestId: payload, coldStart: false }))
      })
    },
    stop: async () => undefined,
  }
  const schedule = startSchedule({
    function: lambda,
    expression,
    clock,
    onFired: (one) => fired.push(one),
  })
  onTestFinished(schedule.stop)
  const turn = () => new Promise(setImmediate)
  return {
    schedule,
    clock,
    events,
    fired,
    turn,
    end: async (payload: string) => {
      running.shift()?.(payload)
      await turn()
    },
    advance: async (milliseconds: number) => {
      clock.advance(milliseconds)
      await turn()
    },
  }
}

test('invokes the function at every time, with the event of EventBridge Scheduler', async () => {
  const { events, fired, end, advance } = start('rate(5 minutes)')

  await advance(5 * MINUTE_MS - 1)
  expect(events).toEqual([])
  await advance(1)
  await end('first')
  await advance(5 * MINUTE_MS)
  await end('second')

  expect(events).toEqual(
    ['2030-01-01T00:05:00Z', '2030-01-01T00:10:00Z'].map((time) => ({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '000000000000',
      time,
      region: 'us-east-1',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/sweep'],
      detail: '{}',
    })),
  )
  expect(fired).toMatchObject([
    { functionName: 'sweep', invocation: { payload: 'first' } },
    { functionName: 'sweep', invocation: { payload: 'second' } },
  ])
})

test('leaves out the times that come while the function runs', async () => {
  const { events, end, advance } = start('cron(* * * * ? *)')

  await advance(MINUTE_MS)
  await advance(3 * MINUTE_MS)
  expect(events).toHaveLength(1)
  await end('slow')
  expect(events).toHaveLength(1)

  await advance(MINUTE_MS)
  expect(events).toHaveLength(2)
})

test('fires now, and gives what that came to', async () => {
  const { schedule, events, fired, end, turn } = start('rate(1 day)')

  const invocation = schedule.fireNow()
  await turn()
  expect(events).toHaveLength(1)
  await end('now')

  expect(await invocation).toMatchObject({ payload: 'now' })
  expect(fired).toHaveLength(1)
})

test('fires one after another, however often it is told to', async () => {
  const { schedule, events, end, turn, advance } = start('rate(1 day)')

  const invocations = [schedule.fireNow(), schedule.fireNow()]
  await turn()
  expect(events).toHaveLength(1)
  await end('first')
  expect(events).toHaveLength(2)
  // One that waits counts as running, too: it will have been late enough.
  await advance(24 * 60 * MINUTE_MS)
  await end('second')

  expect(await Promise.all(invocations)).toMatchObject([
    { payload: 'first' },
    { payload: 'second' },
  ])
  expect(events).toHaveLength(2)
})

test('fires once at a time that is only once', async () => {
  const { clock, events, end, advance } = start('at(2030-01-01T00:10:00)')

  await advance(10 * MINUTE_MS)
  await end('once')
  await advance(24 * 60 * MINUTE_MS)

  expect(events).toHaveLength(1)
  expect(clock.alarms()).toBe(0)
})

test.each([
  ['a little early', MINUTE_MS - 1, 2],
  ['minutes late', 10.5 * MINUTE_MS, 11],
])(
  'takes no time twice, and none that is past, when the alarm rings %s',
  (_case, sinceStart, next) => {
    const rings: (() => void)[] = []
    const time = { now: NEW_YEAR }
    const times: number[] = []
    const clock = {
      now: () => time.now,
      at: (time: number, ring: () => void) => {
        times.push(time)
        rings.push(ring)
        return () => undefined
      },
    }
    const function_ = {
      name: 'sweep',
      arn: 'arn:sweep',
      invoke: async () => ({ payload: 'null', requestId: '', coldStart: false }),
      stop: async () => undefined,
    }
    startSchedule({ function: function_, expression: 'cron(* * * * ? *)', clock })

    time.now += sinceStart
    rings[0]?.()

    expect(times).toEqual([NEW_YEAR + MINUTE_MS, NEW_YEAR + next * MINUTE_MS])
  },
)

test('fires no more once it stopped', async () => {
  const { schedule, clock, events, end, advance } = start('rate(1 minute)')
  await advance(MINUTE_MS)
  await end('last')

  schedule.stop()
  await advance(10 * MINUTE_MS)

  expect(events).toHaveLength(1)
  expect(clock.alarms()).toBe(0)
})

test('survives an observer that throws', async () => {
  const clock = manualClock(NEW_YEAR)
  const errors: unknown[] = []
  const schedule = startSchedule({
    function: {
      name: 'sweep',
      arn: 'arn:sweep',
      invoke: async () => ({ payload: 'null', requestId: '', coldStart: false }),
      stop: async () => undefined,
    },
    expression: 'rate(1 minute)',
    clock,
    onFired: () => {
      throw new Error('observer')
    },
    onError: (error) => errors.push(error),
  })

  clock.advance(MINUTE_MS)
  expect(await schedule.fireNow()).toMatchObject({ payload: 'null' })

  expect(errors).toEqual([new Error('observer'), new Error('observer')])
})

test('refuses what is not a schedule expression', () => {
  expect(() => start('every now and then')).toThrow(ScheduleExpressionError)
})
