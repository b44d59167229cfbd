import { expect, test } from 'vitest'
import type { DeliveryPace, Pacing } from '../budget/index.ts'
import { deliver } from '../delivery/index.ts'
import { CircuitOpenError, RateBudgetError } from '../errors.ts'
import type { LaneRule } from '../lane.ts'
import type { OperationId, Ory, PacedAttempt, RateBucket } from '../ory/index.ts'
import type { Attributes } from '../ports/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { costOf, madeTogether } from './paced-attempt.ts'
import type { SupersededBy } from './receipt.ts'
import type { Step } from './step.ts'

/** When the clock of a memory worker stands still. */
const start = Date.parse('2026-01-02T03:04:05Z')

const message = { messageId: 'm-1', body: 'alice', attributes: {} }

const step: Step = {
  key: 'sessions',
  calls: [
    { op: 'revokeOAuth2LoginSessions', params: { sid: 'one' } },
    { op: 'revokeOAuth2LoginSessions', params: { sid: 'two' } },
  ],
  by: 'sid',
  ends: [{ what: 'sessions', evidence: 'acknowledged' }],
}

/** Deliveries of an event whose step makes two calls, at a pace that may refuse the plan. */
function pacedDeliveries(
  refusals: readonly (Error | undefined)[],
  {
    ready,
    fails,
    plan = [step],
    thenAtOnce,
    due,
    supersededBy,
  }: {
    readonly ready?: Error | Promise<never>
    readonly fails?: (parameters: unknown) => Error | undefined
    readonly plan?: readonly Step[]
    readonly thenAtOnce?: readonly OperationId[]
    readonly due?: Error
    readonly supersededBy?: SupersededBy
  } = {},
) {
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const made = memoryWorker({
    ...still,
    plan: () => plan,
    ...(thenAtOnce && { thenAtOnce: () => thenAtOnce }),
    ...(supersededBy && { supersededBy: async () => supersededBy }),
  })
  const { clock, ledger, outbox, worker: base } = made
  const seen = {
    plans: [] as (readonly [RateBucket, number])[][],
    ends: [] as unknown[],
    turns: [] as unknown[],
    goesOn: [] as unknown[],
    events: [] as string[],
    lanes: [] as string[],
    calls: 0,
    paced: 0,
    ended: 0,
  }
  const left = [...refusals]
  const pace: DeliveryPace = {
    async due() {
      if (due !== undefined) throw due
    },
    async end() {
      seen.ended += 1
    },
    async plan(calls, together = new Map(), kept = new Map()) {
      seen.plans.push([...calls])
      seen.ends.push({ together: [...together], kept: [...kept] })
      const refusal = left.shift()
      if (refusal !== undefined) throw refusal
    },
    next: async (_attempt: PacedAttempt) => undefined,
    ended: () => undefined,
  }
  const pacing: Pacing = {
    isBooked: true,
    async ready() {
      if (ready !== undefined) throw await ready
    },
    paceOf({ turns, event, lane, standing }) {
      seen.turns.push(turns)
      seen.goesOn.push(standing)
      seen.events.push(event)
      seen.lanes.push(lane)
      return pace
    },
    accountsPaceOf: () => pace,
    standingPace: () => pace,
  }
  const ory = {
    async revokeOAuth2LoginSessions(parameters: unknown, options: { pace?: unknown }) {
      seen.calls += 1
      const error = fails?.(parameters)
      if (error !== undefined) throw error
      if (options.pace === pace) seen.paced += 1
    },
  } as unknown as Ory
  const worker = {
    ...base,
    services: async () => ({ ...(await base.services()), ory, pacing }),
  }
  const next = (rule: LaneRule = [], signal?: AbortSignal, attributes: Attributes = {}) =>
    deliver(
      { ...message, attributes },
      { deadline: clock.now() + 57_000, ...(signal && { signal }) },
      {
        ...worker,
        lanes: () => rule,
      } as never,
    )
  return { seen, next, ledger, outbox, clock }
}

test('books the whole plan at once, and makes its calls at that pace', async () => {
  const { seen, next, ledger } = pacedDeliveries([])
  await next()

  expect(seen.plans).toEqual([[['admin-low', 2]]])
  expect([seen.calls, seen.paced]).toEqual([2, 2])
  expect(seen.events).toEqual([ledger.rows[0]?.event.key])
})

test('leaves to others what it has booked and not used, whatever comes of it', async () => {
  const done = pacedDeliveries([])
  await done.next()
  const waiting = pacedDeliveries([new RateBudgetError('admin-low', start + 9000)])
  await waiting.next()

  expect([done.seen.ended, waiting.seen.ended]).toEqual([1, 1])
})

test('books with a plan what has to follow it at once, which is put off with the last step alone', async () => {
  const revocation: Step = {
    ...step,
    key: 'subject',
    calls: [{ op: 'revokeOAuth2LoginSessions', params: { subject: 'alice' } }],
    everyAttempt: true,
  }
  const plan = [revocation, { ...revocation, key: 'the last one' }]
  const alone = pacedDeliveries([], { plan })
  await alone.next()
  const followed = pacedDeliveries([], {
    plan,
    thenAtOnce: ['getOAuth2Client', 'createOAuth2Client'],
  })
  await followed.next()

  expect(alone.seen.plans).toEqual([[['admin-low', 2]]])
  expect(alone.seen.ends).toEqual([{ together: [['admin-low', 2]], kept: [] }])
  expect(followed.seen.plans).toEqual([
    [
      ['admin-low', 3],
      ['admin-high', 1],
    ],
  ])
  expect(followed.seen.ends).toEqual([
    {
      together: [
        ['admin-low', 2],
        ['admin-high', 1],
      ],
      kept: [
        ['admin-high', ['getOAuth2Client']],
        ['admin-low', ['createOAuth2Client']],
      ],
    },
  ])
})

test('intends and sends nothing where its turn is far ahead, and keeps when it is', async () => {
  const at = start + 40_000
  const { seen, next, ledger, outbox } = pacedDeliveries([new RateBudgetError('admin-low', at)])
  await next()

  expect(seen.calls).toBe(0)
  expect(ledger.rows[0]).toMatchObject({ steps: [], turns: [{ bucket: 'admin-low', at }] })
  expect(outbox.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([40])
  await next()
  expect(seen.turns).toMatchObject([[], [{ bucket: 'admin-low', at }]])
  expect(ledger.rows[0]?.receipt?.result).toBe('done')
})

test('the receipt says for how long it stood in line, and when its turn was expected', async () => {
  const [first, later] = [start + 40_000, start + 70_000]
  const { next, ledger, outbox, clock } = pacedDeliveries([
    new RateBudgetError('admin-low', first),
    new RateBudgetError('admin-low', later),
  ])
  await next()
  for (const at of [first, later]) {
    clock.advance(at - clock.now())
    await next([], undefined, outbox.sent.at(-1)?.attributes)
  }

  expect(ledger.rows[0]?.receipt?.waited).toEqual([
    {
      for: 'rate-limit',
      ms: 70_000,
      expected: new Date(later).toISOString(),
      turns: { 'admin-low': new Date(later).toISOString() },
    },
  ])
})

test('the receipt of an event that never waited says nothing of it', async () => {
  const { next, ledger } = pacedDeliveries([])
  await next()

  expect(ledger.rows[0]?.receipt).toBeDefined()
  expect(ledger.rows[0]?.receipt).not.toHaveProperty('waited')
})

test('an event that is sent again as an incident does not wait for its turn as a deletion', async () => {
  const at = start + 40_000
  const far = new RateBudgetError('admin-low', at)
  const { seen, next, ledger } = pacedDeliveries([far, far])
  await next()
  await next('incident')
  await next()

  expect(seen.lanes).toEqual(['deletion', 'incident', 'deletion'])
  expect(seen.turns).toEqual([[], [], []])
  expect(ledger.rows).toHaveLength(1)
  expect(ledger.rows[0]?.receipt).toMatchObject({ result: 'done', lane: 'deletion' })
})

test('goes on with what has begun before anything that has not', async () => {
  const failing = { error: new RateBudgetError('admin-low', start) as Error | undefined }
  const { seen, next, ledger } = pacedDeliveries([], { fails: () => failing.error })
  await next()
  expect(ledger.rows[0]?.steps).toHaveLength(1)
  failing.error = undefined
  await next()

  expect(seen.goesOn).toEqual([undefined, 'begun'])
  expect(ledger.rows[0]?.receipt?.result).toBe('done')
})

test.each([
  ['comes after its time', 50_000, [4]],
  ['comes in its time', 49_999, [2]],
] as const)(
  'what proves nothing holds up what ends tokens for no slot that %s',
  async (_when, slot, made) => {
    const telling: Step = { ...step, key: 'told', bestEffort: true, withinMs: 50_000 }
    const subject: Step = {
      ...step,
      calls: [
        { op: 'revokeOAuth2LoginSessions', params: { subject: 'alice' } },
        { op: 'revokeOAuth2LoginSessions', params: { subject: 'alicia' } },
      ],
    }
    const { seen, next } = pacedDeliveries([], {
      plan: [telling, subject],
      fails: (call) =>
        'sid' in Object(call) ? new RateBudgetError('admin-low', start + slot) : undefined,
    })
    await next()

    expect([seen.calls]).toEqual(made)
  },
)

test('does not even open a row while Ory is down', async () => {
  const down = new CircuitOpenError(start + 10_000)
  const { next, ledger, outbox, seen } = pacedDeliveries([], { ready: down })
  await next()

  expect(ledger.rows).toEqual([])
  expect(outbox.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([10])
  expect(seen.plans).toEqual([])
})

test('puts the message off in time while somebody still looks whether Ory is there', async () => {
  const { next, outbox } = pacedDeliveries([], { ready: new Promise<never>(() => undefined) })
  const invocation = new AbortController()
  const delivered = next([], invocation.signal)
  invocation.abort()

  expect(await delivered).toBe('acknowledge')
  expect(outbox.sent).toHaveLength(1)
})

test('reckons a plan by the buckets that its calls drain', () => {
  const queued: Step = {
    key: 'queued',
    call: { op: 'queue.send', params: { body: 'x' } },
    by: 'client',
    ends: step.ends,
  }
  const read: Step = {
    key: 'read',
    call: { op: 'getOAuth2Client', params: { id: 'app' } },
    by: 'client',
    ends: step.ends,
  }

  expect([...costOf([step, queued, step, read])]).toEqual([
    ['admin-low', 4],
    ['admin-high', 1],
  ])
})

test('parts what is done once, and never what every attempt makes again', () => {
  const [call] = step.calls
  const single: Step = { key: 'all', call: call as never, by: 'subject', ends: step.ends }

  expect(madeTogether([step, single, step])).toEqual([single, step])
  expect(madeTogether([step])).toEqual([])
  expect(madeTogether([step, { ...step, everyAttempt: true }])).toHaveLength(1)
})

test('an event that a later one overrides waits for no turn', async () => {
  const due = new RateBudgetError('admin-low', start + 60_000)
  const supersededBy = { id: 'later', source: 's', time: '2026-01-02T03:04:00Z' }
  const waiting = pacedDeliveries([], { due })
  const overridden = pacedDeliveries([], { due, supersededBy })
  await waiting.next()
  await overridden.next()

  expect(waiting.ledger.rows[0]?.receipt).toBeUndefined()
  expect(overridden.ledger.rows[0]?.receipt?.result).toBe('superseded')
  expect(overridden.outbox.sent).toEqual([])
})
