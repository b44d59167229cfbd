import { expect, test } from 'vitest'
import { CircuitOpenError, RateBudgetError, UnavailableError } from '../errors.ts'
import type { RateBucket } from '../ory/index.ts'
import type { BookingRequest, Ledger } from '../ports/index.ts'
import { manualClock, memoryLedger, recordingLog } from '../testing/index.ts'
import { type BucketState, unused } from './bucket-state.ts'
import type { CircuitState } from './circuit.ts'
import { deliveryPatienceMs, pacing, urgentPatienceMs } from './pacing.ts'
import { rateBudget } from './rate-budget.ts'
import { tiers } from './rate-limits.ts'
import { bucketKey } from './rows.ts'
import { sharedCircuit } from './shared-circuit.ts'

function project({
  ledger,
  limits = tiers.production,
}: {
  ledger?: Ledger<BucketState>
  limits?: (typeof tiers)[keyof typeof tiers]
} = {}) {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const start = clock.now()
  const requests: BookingRequest[] = []
  const kept = ledger ?? memoryLedger<BucketState>(clock)
  const budget = rateBudget({ ledger: kept, clock, project: 'ory.test', limits })
  const circuit = sharedCircuit({
    ledger: memoryLedger<CircuitState>(clock),
    clock,
    log: recordingLog(),
    project: 'ory.test',
    probe: async () => false,
  })
  const watched = {
    ...budget,
    book: (request: BookingRequest) => {
      requests.push(request)
      return budget.book(request)
    },
  }
  const paces = pacing({ budget: watched, circuit, clock })
  const terms = { lane: 'deletion', event: 'e', patienceMs: 30_000 } as const
  const delivery = (more: object = {}) => paces.paceOf({ ...terms, ...more })
  const deadline = start + 3_600_000
  const low = {
    operation: 'revokeOAuth2LoginSessions',
    port: 'admin',
    bucket: 'admin-low',
    deadline,
  } as const
  const from = async (pace: ReturnType<typeof delivery>) =>
    ((await pace.next(low))?.from ?? start) - start
  return { clock, start, paces, delivery, requests, low, from }
}

const plan = (calls: number): ReadonlyMap<RateBucket, number> => new Map([['admin-low', calls]])

/** A look, which drains another bucket than what is destroyed. */
const high = {
  operation: 'list',
  port: 'admin',
  bucket: 'admin-high',
  deadline: Number.MAX_VALUE,
} as const

test('books a plan once, and lets its calls use the slots', async () => {
  const { delivery, from, requests } = project()
  const pace = delivery()
  await pace.plan(plan(4))

  expect([await from(pace), await from(pace), await from(pace), await from(pace)]).toEqual([
    0, 0, 0, 0,
  ])
  expect(requests).toHaveLength(1)
})

test('books a repetition besides, and goes on with what it has begun', async () => {
  const { delivery, from, requests } = project()
  const pace = delivery()
  await pace.plan(plan(1))
  await from(pace)
  await from(pace)

  expect(requests.map(({ cost, standing }) => [cost, standing])).toEqual([
    [1, 'new'],
    [1, 'begun'],
  ])
})

test('gives a slot that was missed back for another one, which is there in a full minute as well', async () => {
  const { delivery, from, requests, clock, start } = project()
  const pace = delivery()
  await pace.plan(plan(4))
  await from(pace)
  await delivery({ standing: 'begun' }).plan(plan(30))
  clock.advance(20_000)

  expect([await from(pace), await from(pace), await from(pace)]).toEqual([20_000, 20_000, 20_000])
  expect(requests.map(({ cost, instead }) => [cost, instead])).toEqual([
    [4, undefined],
    [30, undefined],
    [1, start],
    [1, start],
    [1, start],
  ])
})

test('gives a slot back that was missed only when the call was to begin', async () => {
  const { delivery, low, clock, start } = project()
  const pace = delivery()
  await pace.plan(plan(1))
  const missed = await pace.next(low)
  await delivery({ standing: 'begun' }).plan(plan(33))
  clock.advance(20_000)

  expect((await pace.next(low, missed))?.from).toBe(start + 20_000)
})

test('keeps a slot for the call that it was booked for, whatever is repeated before', async () => {
  const { delivery, low, start } = project()
  const pace = delivery({ patienceMs: 0 })
  await pace.plan(plan(2), plan(2), new Map([['admin-low', ['createOAuth2Client']]]))
  await delivery({ standing: 'begun', patienceMs: 60_000 }).plan(plan(32))
  await pace.next(low)

  await expect(pace.next(low)).rejects.toThrow(RateBudgetError)
  const creation = { ...low, operation: 'createOAuth2Client' }
  expect((await pace.next(creation))?.from).toBe(start)
})

test('keeps a slot through later plans of its delivery', async () => {
  const { delivery, low, start } = project()
  const pace = delivery({ patienceMs: 0 })
  await pace.plan(plan(1), plan(1), new Map([['admin-low', ['createOAuth2Client']]]))
  await delivery({ standing: 'begun', patienceMs: 60_000 }).plan(plan(33))
  await pace.plan(plan(1))

  await expect(pace.next(low)).rejects.toThrow(RateBudgetError)
  expect((await pace.next({ ...low, operation: 'createOAuth2Client' }))?.from).toBe(start)
})

test('keeps a slot no longer than until its call is made', async () => {
  const { delivery, low, requests, start } = project()
  const pace = delivery()
  await pace.plan(plan(2), plan(2), new Map([['admin-low', ['createOAuth2Client']]]))
  await pace.next({ ...low, operation: 'createOAuth2Client' })

  expect((await pace.next(low))?.from).toBe(start)
  expect(requests).toHaveLength(1)
})

test('waits longer for the call that has to follow than for another, where both missed their slots', async () => {
  const { delivery, low, clock } = project()
  const pace = delivery({ patienceMs: 0 })
  await pace.plan(plan(2), plan(2), new Map([['admin-low', ['createOAuth2Client']]]))
  clock.advance(20_000)
  await delivery({ standing: 'begun', patienceMs: 60_000 }).plan(plan(8))

  await expect(pace.next(low)).rejects.toThrow(RateBudgetError)
  const creation = await pace.next({ ...low, operation: 'createOAuth2Client' })
  expect(creation?.from).toBeGreaterThan(clock.now())
})

test('books nothing for a plan that has its slots from the plan before', async () => {
  const { delivery, from, requests } = project()
  const pace = delivery()
  await pace.plan(plan(4))
  for (let call = 0; call < 3; call += 1) await from(pace)
  await pace.plan(plan(1))
  await from(pace)

  expect(requests).toHaveLength(1)
})

test('waits in vain for no slot that Ory holds up and the budget knows nothing of', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const held = clock.now() + 20_000
  const budget = {
    graceMs: 250,
    isBooked: () => true,
    book: async () => ({ slots: [clock.now()] }),
    giveBack: async () => undefined,
    pushTo: async () => undefined,
    heldUntil: () => held,
  }
  const circuit = {
    pass: async () => undefined,
    failed: async () => undefined,
    answered: () => undefined,
  }
  const pace = pacing({ budget, circuit, clock }).paceOf({
    lane: 'deletion',
    event: 'e',
    patienceMs: 0,
  })
  const low = {
    operation: 'op',
    port: 'admin',
    bucket: 'admin-low',
    deadline: held + 60_000,
  } as const

  await expect(pace.next(low)).rejects.toMatchObject({ until: held })
})

test('begins no call that would have to end before its slot', async () => {
  const { delivery, low, start } = project()
  const pace = delivery()
  await pace.plan(plan(5))
  const hurried = { ...low, deadline: start + 1000 }
  for (let call = 0; call < 4; call += 1) await pace.next(hurried)

  await expect(pace.next(hurried)).rejects.toMatchObject({ until: start + 1250 })
})

test('gives calls that are made at the same time a slot each', async () => {
  const { delivery, from, requests } = project()
  const pace = delivery()
  await pace.plan(plan(2))
  const slots = await Promise.all([1, 2, 3, 4, 5].map(() => from(pace)))

  expect(slots).toEqual([0, 0, 0, 0, 1250])
  expect(requests).toHaveLength(4)
})

test('uses a slot that is a little late', async () => {
  const { delivery, from, requests, clock } = project()
  const pace = delivery()
  await pace.plan(plan(2))
  clock.advance(250)

  expect(await from(pace)).toBe(0)
  expect(requests).toHaveLength(1)
})

test('is told when to come back where its turn is too far ahead, and then has it', async () => {
  const { delivery, from, clock, start } = project()
  await delivery().plan(plan(34))
  const error = await delivery()
    .plan(plan(4), plan(2))
    .catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(RateBudgetError)
  const { until, bucket } = error as RateBudgetError
  expect(until - start).toBeGreaterThan(60_250)
  clock.advance(until - start)
  const later = delivery({ turns: [{ bucket, at: until }] })
  await later.plan(plan(4), plan(2))
  expect(await from(later)).toBe(until - start)
})

test('asks before anything is looked at whether a plan could begin', async () => {
  const { delivery, requests, start } = project()
  await delivery().due()
  await delivery().plan(plan(34))
  const waiting = await delivery()
    .due()
    .catch((reason: unknown) => reason)

  expect(waiting).toBeInstanceOf(RateBudgetError)
  expect((waiting as RateBudgetError).until).toBeGreaterThan(start + 60_000)
  expect(requests.map(({ cost, isUnplanned }) => [cost, isUnplanned])).toEqual([
    [4, true],
    [34, undefined],
    [4, true],
  ])
})

/** A delivery that was told to come back by now, and so books before it knows what there is to do. */
async function ahead(patience: object = {}) {
  const made = project()
  const turns = [{ bucket: 'admin-low', at: made.start }]
  const pace = made.delivery({ turns, patienceMs: 200, ...patience })
  await pace.due()
  return { ...made, pace }
}

test('books nothing more for a plan that is as long as was expected', async () => {
  const { pace, from, requests } = await ahead()
  await pace.plan(plan(2))

  expect([await from(pace), await from(pace)]).toEqual([0, 0])
  expect(requests.map(({ cost }) => cost)).toEqual([4])
})

test.each([1, 3, 4])(
  'books a plan of %d calls in the place of what was expected',
  async (calls) => {
    const { pace, from, requests, start } = await ahead()
    await pace.plan(plan(calls))
    for (let call = 0; call < calls; call += 1) expect(await from(pace)).toBe(0)

    const unused = { slots: [start, start], later: 0, together: 2, begun: false }
    expect(requests.map(({ cost, ahead }) => [cost, ahead])).toEqual([
      [4, undefined],
      [calls, unused],
    ])
  },
)

test('books a plan anew where the look took so long that its slots are missed, all of it at once', async () => {
  const { pace, from, requests, clock } = await ahead()
  clock.advance(400)
  await pace.plan(plan(2))

  expect([await from(pace), await from(pace)]).toEqual([400, 400])
  expect(requests.map(({ cost, atOnce }) => [cost, atOnce])).toEqual([
    [4, 4],
    [2, 2],
  ])
})

test.each(['nothing is planned', 'the plan has to wait', 'only one of its calls is made'])(
  'leaves to others what was booked where %s',
  async (what) => {
    const { pace, low, delivery, from } = await ahead()
    if (what === 'the plan has to wait') {
      const incident = delivery({ lane: 'incident', patienceMs: 0 })
      await incident.plan(plan(3), plan(3))
      await expect(pace.plan(plan(4), plan(4))).rejects.toThrow(RateBudgetError)
    }
    if (what.startsWith('only')) {
      await pace.plan(plan(2))
      await pace.next(low)
    }
    await pace.end()
    const room = { 'nothing is planned': 4, 'the plan has to wait': 1 }[what] ?? 3
    const next = delivery({ standing: 'begun', patienceMs: 0 })
    for (let call = 0; call < room; call += 1) expect(await from(next)).toBe(0)
    await expect(next.next(low)).rejects.toThrow(RateBudgetError)
  },
)

/** The row of the bucket that what is destroyed drains, and deliveries that book from it. */
function watchedRow() {
  const ledger = memoryLedger<BucketState>()
  const made = project({ ledger })
  const key = bucketKey('ory.test', 'admin-low')
  return { ...made, row: async () => (await ledger.read(key))?.row ?? unused }
}

test('does not let plans begin sooner for what one that had begun before leaves unused', async () => {
  const { delivery, row } = watchedRow()
  await delivery({ standing: 'due' }).plan(plan(1))
  const { pace } = await row()
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const again = delivery({ standing: 'begun' })
    await again.plan(plan(2))
    await again.end()
  }

  expect((await row()).pace).toBe(pace)
})

test('leaves to those that have begun what is kept for them, though a call was made of what was booked ahead', async () => {
  const { delivery, row, low, start } = watchedRow()
  const pace = delivery({ turns: [{ bucket: 'admin-low', at: start }], patienceMs: 200 })
  await pace.due()
  await delivery({ standing: 'begun', patienceMs: 200 }).plan(plan(6), plan(2))
  const { owed } = await row()
  await pace.next(low)
  await pace.end()

  expect(owed.calls).toBeGreaterThan(0)
  expect((await row()).owed).toEqual(owed)
})

test('keeps for a plan that has begun what it has left', async () => {
  const { delivery, row, low } = watchedRow()
  const pace = delivery({ standing: 'due', patienceMs: 200 })
  await pace.plan(plan(6), plan(2))
  for (let call = 0; call < 4; call += 1) await pace.next(low)
  await pace.end()

  expect(await row()).toMatchObject({ owed: { calls: 2 }, ends: { calls: 2 } })
})

test('keeps nothing for the rest of a plan that is not begun, as what it needs besides has to wait', async () => {
  const { delivery, row, paces } = watchedRow()
  const others = paces.standingPace({ lane: 'deletion', event: 'other', patienceMs: 30_000 })
  for (let call = 0; call < 6; call += 1) await others.next(high)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const pace = delivery({ standing: 'due', patienceMs: 200 })
    const calls: ReadonlyMap<RateBucket, number> = new Map([
      ['admin-low', 6],
      ['admin-high', 1],
    ])
    await expect(pace.plan(calls)).rejects.toThrow(RateBudgetError)
    await pace.end()
  }

  expect(await row()).toMatchObject({ owed: { calls: 0 }, ends: { calls: 0 } })
})

test('is not stopped by a ledger that cannot take back what is not used', async () => {
  const clock = manualClock('2026-01-02T03:04:05Z')
  const kept = memoryLedger<BucketState>(clock)
  const state = { isDown: false }
  const ledger: Ledger<BucketState> = {
    read: (key) => kept.read(key),
    async write(...parameters) {
      if (state.isDown) throw new UnavailableError('table', 'ThrottlingException')
      return kept.write(...parameters)
    },
  }
  const { delivery, start } = project({ ledger })
  const pace = delivery({ turns: [{ bucket: 'admin-low', at: start }] })
  await pace.due()
  state.isDown = true

  await expect(pace.end()).resolves.toBeUndefined()
})

test('asks at its turn, wherever it was told to come back, and of what has begun nothing', async () => {
  const { delivery, requests, start, clock } = project()
  const turns = [{ bucket: 'admin-high', at: start + 9000 }]
  await expect(delivery({ turns, patienceMs: 200 }).due()).rejects.toMatchObject({
    until: start + 9000,
  })
  clock.advance(9000)
  await delivery({ turns, patienceMs: 200 }).due()
  await delivery({ turns, standing: 'begun' }).due()

  expect(requests.map(({ bucket, standing }) => [bucket, standing])).toEqual([['admin-low', 'new']])
})

test('takes no second place in the line where it comes too early', async () => {
  const { delivery, requests, start } = project()
  const pace = delivery({
    turns: [{ bucket: 'admin-low', at: start + 9000 }],
    patienceMs: deliveryPatienceMs,
  })

  await expect(pace.plan(plan(4))).rejects.toMatchObject({ until: start + 9000 })
  expect(requests).toEqual([])
})

test('stands in no line any more once a call has begun, though that was before its turn', async () => {
  const { delivery, from, low, start } = project()
  const pace = delivery({
    turns: [{ bucket: 'admin-low', at: start + 8000 }],
    patienceMs: deliveryPatienceMs,
  })
  await pace.plan(plan(1), plan(1), new Map([['admin-low', [low.operation]]]))
  await pace.next(low)

  expect(await from(pace)).toBe(0)
})

test('sends nothing where nobody can say what is left', async () => {
  const unavailable = async () => {
    throw new UnavailableError('table', 'ThrottlingException')
  }
  const { delivery, low } = project({ ledger: { read: unavailable, write: unavailable } })

  await expect(delivery().plan(plan(4))).rejects.toThrow(UnavailableError)
  await expect(delivery().next(low)).rejects.toThrow(UnavailableError)
})

test('waits for nothing where there is no limit', async () => {
  const { delivery, low, requests } = project({ limits: tiers['self-hosted'] })
  const pace = delivery()
  await pace.plan(plan(400))

  expect(await pace.next(low)).toBeUndefined()
  expect(requests).toEqual([])
})

test('gives no slot before the time that a 429 names, nor one that was booked before', async () => {
  const { delivery, from, low } = project()
  const pace = delivery()
  await pace.plan(plan(4))
  await from(pace)
  await pace.ended(low, { status: 429, usedUpForMs: 20_000 })

  expect(await from(pace)).toBe(20_000)
})

test.each([365 * 24 * 3_600_000, Number.POSITIVE_INFINITY])(
  'holds a bucket up for no longer than a minute at a time, whatever an answer says: %d',
  async (usedUpForMs) => {
    const { delivery, low, clock } = project()
    for (const status of [200, 429]) {
      const pace = delivery()
      const before = clock.now()
      await pace.ended(low, { status, usedUpForMs })
      await expect(delivery().plan(plan(1))).rejects.toMatchObject({
        until: before + 60_000,
      })
      clock.advance(60_000)
      const next = delivery({ turns: [{ bucket: 'admin-low', at: clock.now() }] })
      await next.plan(plan(1))
      expect((await next.next(low))?.from).toBe(clock.now())
    }
  },
)

test('backs off from a 429 that names no time, for longer each time, until one is let through', async () => {
  const { delivery, low, clock } = project()
  const pace = delivery()
  const waits: number[] = []
  for (const status of [429, 429, 429, 204, 429]) {
    const before = clock.now()
    await pace.ended(low, status === 429 ? { status, usedUpForMs: 0 } : { status })
    const slot = await pace.next(low)
    waits.push((slot?.from ?? 0) - before)
    clock.advance((slot?.from ?? 0) - before)
  }

  expect(waits).toEqual([1000, 2000, 4000, 0, 1000])
})

test('lets nothing through while Ory is down: no connection or 503, on three events', async () => {
  const { paces, delivery, low } = project()
  await delivery({ event: 'a' }).ended(low, { status: 503 })
  await delivery({ event: 'b' }).ended(low, { status: 'no-connection' })
  await paces.ready()
  await delivery({ event: 'c' }).ended(low, { status: 503 })

  await expect(paces.ready()).rejects.toThrow(CircuitOpenError)
  await expect(delivery().next(low)).rejects.toThrow(CircuitOpenError)
})

test('lets nothing through where requests of three events break off one after the other', async () => {
  const { paces, delivery, low } = project()
  const breakOff = async (event: string, times: number) => {
    for (let time = 0; time < times; time += 1)
      await delivery({ event }).ended(low, { status: 'broken-off' })
  }
  await breakOff('a', 20)
  await breakOff('b', 1)
  await paces.ready()
  await breakOff('c', 1)

  await expect(paces.ready()).rejects.toThrow(CircuitOpenError)
})

test('is stopped by no request that breaks off between others that are answered', async () => {
  const { paces, delivery, low } = project()
  for (let event = 0; event < 50; event += 1) {
    await delivery({ event: `e-${event}` }).ended(low, { status: 'broken-off' })
    if (event % 7 === 6) await delivery().ended(low, { status: 204 })
  }

  await paces.ready()
})

test('waits no longer than its delivery lasts for somebody who looks whether Ory is there', async () => {
  const circuit = {
    pass: () => new Promise<never>(() => undefined),
    failed: async () => undefined,
    answered: () => undefined,
  }
  const { clock, low } = project()
  const pace = pacing({ circuit, clock }).paceOf({
    lane: 'deletion',
    event: 'e',
    patienceMs: deliveryPatienceMs,
    signal: AbortSignal.abort(),
  })

  await expect(pace.next(low)).rejects.toThrow()
})

test.each([500, 502, 504, 429, 'unknown'] as const)('is not down for %s', async (status) => {
  const { paces, delivery, low } = project()
  for (const event of ['a', 'b', 'c', 'd']) await delivery({ event }).ended(low, { status })

  await paces.ready()
})

test('lets calls that belong to no message wait for their turn, each for itself', async () => {
  const { paces, low, start } = project()
  const pace = paces.standingPace({ lane: 'deletion', event: 'shared', patienceMs: 30_000 })
  const slots = []
  for (let call = 0; call < 8; call += 1) slots.push(((await pace.next(low))?.from ?? 0) - start)

  expect(slots).toEqual([0, 0, 0, 0, 1250, 1250, 1250, 1250])
})

test('makes the calls of a plan that there is room for now, and comes back for the rest', async () => {
  const { delivery, from, low, start, clock } = project()
  const pace = delivery({ patienceMs: deliveryPatienceMs })
  await pace.plan(plan(6), plan(2))
  for (let call = 0; call < 4; call += 1) expect(await from(pace)).toBe(0)
  await expect(pace.next(low)).rejects.toMatchObject({ until: start + 1250 })
  clock.advance(2000)
  const next = delivery({ patienceMs: deliveryPatienceMs, standing: 'begun' })
  await next.plan(plan(2), plan(2))

  expect([await from(next), await from(next)]).toEqual([2000, 2000])
})

test('asks once for calls that are made several at a time and have to wait', async () => {
  const { delivery, from, low, requests, start } = project()
  const pace = delivery({ patienceMs: deliveryPatienceMs })
  await pace.plan(plan(8), plan(2))
  for (let call = 0; call < 4; call += 1) await from(pace)
  const waiting = await Promise.allSettled(Array.from({ length: 3 }, () => pace.next(low)))

  expect(requests).toHaveLength(2)
  for (const one of waiting)
    expect(one).toMatchObject({ status: 'rejected', reason: { until: start + 1250 } })
})

test('asks again once what it was told is near', async () => {
  const { delivery, from, low, requests, clock } = project()
  const pace = delivery({ patienceMs: deliveryPatienceMs })
  await pace.plan(plan(8), plan(2))
  for (let call = 0; call < 4; call += 1) await from(pace)
  await expect(pace.next(low)).rejects.toThrow(RateBudgetError)
  clock.advance(1000)

  expect(await from(pace)).toBe(1250)
  expect(requests).toHaveLength(3)
})

test('waits for a look at what was done, and for no other', async () => {
  const { delivery, low, start, paces } = project()
  const others = paces.standingPace({ lane: 'deletion', event: 'other', patienceMs: 30_000 })
  for (let call = 0; call < 6; call += 1) await others.next(high)
  const patience = { patienceMs: deliveryPatienceMs, lookPatienceMs: urgentPatienceMs }
  await expect(delivery(patience).next(high)).rejects.toThrow(RateBudgetError)
  const begun = delivery(patience)
  await begun.plan(plan(1))
  await begun.next(low)

  expect((await begun.next(high))?.from).toBe(start + 1250)
})

test('waits for a look that follows another, which would be made once more', async () => {
  const { delivery, paces, requests } = project()
  const others = paces.standingPace({ lane: 'deletion', event: 'other', patienceMs: 30_000 })
  for (let call = 0; call < 5; call += 1) await others.next(high)
  const patience = { patienceMs: deliveryPatienceMs, lookPatienceMs: urgentPatienceMs }
  const pace = delivery(patience)
  await pace.next(high)
  await pace.next(high)

  expect(requests.slice(-2).map(({ standing, patienceMs }) => [standing, patienceMs])).toEqual([
    ['new', deliveryPatienceMs],
    ['begun', urgentPatienceMs],
  ])
})
