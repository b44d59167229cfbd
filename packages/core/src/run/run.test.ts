import { expect, test } from 'vitest'
import { deliver } from '../delivery/index.ts'
import {
  OryAbortedError,
  OryApiError,
  OryTransportError,
  RefusedError,
  UnavailableError,
} from '../errors.ts'
import type { Lane } from '../lane.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import type { Counts } from './event-record.ts'
import type { Step } from './step.ts'

const message = { messageId: 'm-1', body: 'alice', attributes: {} }

const step: Step = {
  key: 'call',
  call: { op: 'queue.send', params: { body: 'x' } },
  by: 'subject',
  ends: [{ what: 'something', evidence: 'acknowledged' }],
}

/** One delivery whose only step fails. */
async function failing(error: unknown, change: Partial<Step> = {}) {
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const made = memoryWorker({ ...still, plan: () => [{ ...step, ...change }] })
  const outbox = { ...made.outbox, send: () => Promise.reject(error) }
  await deliver(message, { deadline: made.clock.now() + 1000 }, { ...made.worker, outbox })
  return made.ledger.rows[0]
}

const lost = (mayHaveRun: boolean) =>
  new OryTransportError('x', { reason: 'reset', mayHaveRun, message: 'no answer' })

const answered = (status: number, retryable: boolean) =>
  new OryApiError('x', { status, body: {}, retryable })

test.each([
  ['an answer that got lost', lost(true), 'unknown'],
  ['a call that was cut off', new OryAbortedError('x'), 'unknown'],
  [
    'a call that was cut while it waited for its turn',
    new OryAbortedError('x', { mayHaveRun: false }),
    'failed: ERR_ORY_ABORTED',
  ],
  ['a call that never left', lost(false), 'failed: ERR_ORY_TRANSPORT'],
  ['an answer that says no', answered(400, false), 'failed: ERR_ORY_API'],
  ['an error that is not ours', new TypeError('alice'), 'failed: TypeError'],
])('keeps of %s what is known of it', async (_name, error, outcome) => {
  expect((await failing(error))?.steps[0]?.tries).toEqual([{ attempt: 1, outcome }])
})

test('goes on without a step that proves nothing only where it is refused for good', async () => {
  const rows = [
    await failing(new RefusedError('no'), { bestEffort: true }),
    await failing(answered(503, true), { bestEffort: true }),
    await failing(new TypeError('x'), { bestEffort: true }),
    await failing(new RefusedError('no')),
  ]

  expect(rows.map((row) => row?.receipt?.steps[0]?.status)).toEqual([
    'refused',
    undefined,
    undefined,
    undefined,
  ])
})

test('does nothing else while something urgent that stands aside is waited for', async () => {
  const seen: string[] = []
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const made = memoryWorker({
    ...still,
    observe: async () => void seen.push('the rest'),
    opening: {
      observe: async () => void seen.push('what is urgent'),
      count: () => ({}),
      plan: () => [{ ...step, bestEffort: true, asideMs: 1000 }],
    },
  })
  const outbox = { ...made.outbox, send: () => Promise.reject(answered(503, true)) }
  await deliver(message, { deadline: made.clock.now() + 1000 }, { ...made.worker, outbox })

  expect(seen).toEqual(['what is urgent'])
})

const lease = { workflow: 'client-lease', event: 'mail', pass: 'lease' }

/** One delivery of an event whose client somebody else writes to. */
async function whileLeaseIsHeld(change: Partial<ReturnType<typeof stillWorkflow>>, lane?: Lane) {
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const leases = () => [{ kind: 'client', id: 'mail' }] as const
  const { worker, clock, ledger } = memoryWorker({ ...still, leases, ...change })
  const services = await worker.services()
  const row = { holder: 'somebody else', until: clock.now() + 30_000 }
  await services.leases.write(lease, row, 0, undefined)
  const lanes = () => lane ?? []
  await deliver(message, { deadline: clock.now() + 1000 }, { ...worker, lanes } as never)
  return { row: ledger.rows[0], line: await services.leases.read({ ...lease, pass: 'line' }) }
}

test('an event that a later one overrides does not wait for the lease of its client', async () => {
  const later = { id: 'later', source: 's', time: '2026-01-02T03:04:00Z' }
  const overridden = await whileLeaseIsHeld({ supersededBy: async () => later })
  const waiting = await whileLeaseIsHeld({ supersededBy: async () => undefined })

  expect(overridden.row?.receipt).toMatchObject({ result: 'superseded', superseded_by: later })
  expect(waiting.row?.receipt).toBeUndefined()
})

test('an event that is overridden meanwhile is closed, held up or not', async () => {
  const later = { id: 'later', source: 's', time: '2026-01-02T03:04:00Z' }
  const seen: string[] = []
  const overriddenAtSecondLook = () => {
    const answers = [undefined, later]
    return {
      supersededBy: async () => answers.shift(),
      observe: async () => void seen.push('observed'),
    }
  }
  const held = await whileLeaseIsHeld(overriddenAtSecondLook())
  const free = await whileLeaseIsHeld({ ...overriddenAtSecondLook(), leases: () => [] })

  expect([held, free].map(({ row }) => row?.receipt?.result)).toEqual(['superseded', 'superseded'])
  expect(seen).toEqual([])
})

test('an incident does not stand in the line of a lease', async () => {
  expect((await whileLeaseIsHeld({})).line).toBeDefined()
  expect((await whileLeaseIsHeld({}, 'incident')).line).toBeUndefined()
})

test('an event that comes back at its turn for a lease takes no other one while it waits', async () => {
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const leases = () => [{ kind: 'client', id: 'mail' }] as const
  const { worker, clock, outbox, ledger } = memoryWorker({ ...still, leases })
  const services = await worker.services()
  const row = { holder: 'somebody else', until: clock.now() + 30_000 }
  const version = await services.leases.write(lease, row, 0, undefined)
  const line = async () => services.leases.read({ ...lease, pass: 'line' })
  const turns = {
    wait: async () => () => undefined,
    pause: async () => void (await services.leases.write(lease, { ...row, until: 0 }, version, 0)),
  }
  const terms = () => ({ deadline: clock.now() + 10_000 })
  await deliver(message, terms(), worker)
  const told = await line()
  clock.advance((outbox.sent[0]?.delaySeconds ?? 0) * 1000)
  const { attributes = {} } = outbox.sent[0] ?? {}
  const waiting = { ...worker, services: async () => ({ ...services, turns }) }
  await deliver({ ...message, attributes }, terms(), waiting)

  expect(ledger.rows[0]?.receipt?.result).toBe('done')
  expect(await line()).toEqual(told)
})

test('tells how soon it was seen done, but for what others were only asked to do', async () => {
  const told = async (evidence: 'acknowledged' | 'requested') => {
    const ends = [{ what: 'something', evidence }] as const
    const { worker, clock, ledger, metrics } = memoryWorker({
      ...stillWorkflow(),
      plan: () => [{ ...step, ends }],
    })
    await deliver(message, { deadline: clock.now() + 1000 }, worker)
    return [ledger.rows[0]?.receipt?.observed_after_ms !== undefined, metrics.observations.length]
  }

  expect(await told('acknowledged')).toEqual([true, 1])
  expect(await told('requested')).toEqual([false, 0])
})

test('gives the row back, with what was done in it, where it could not be closed', async () => {
  const made = memoryWorker({ ...stillWorkflow(), plan: () => [step] })
  const services = await made.worker.services()
  const ledger: typeof services.ledger = {
    ...services.ledger,
    write: async (...given) => {
      if (given[1].receipt !== undefined) throw new Error('throttled')
      return services.ledger.write(...given)
    },
  }
  const worker = { ...made.worker, services: async () => ({ ...services, ledger }) }
  await deliver(message, { deadline: made.clock.now() + 1000 }, worker)

  expect(made.ledger.rows[0]?.receipt).toBeUndefined()
  expect(made.ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ outcome: 'Error' }],
    steps: [{ tries: [{ outcome: 'acknowledged' }] }],
  })
})

test('tells survivors what was seen before anything was destroyed, and what is seen now', async () => {
  const seen: (readonly Counts[])[] = []
  const counts = [{ override: 7 }, { override: 3 }, { override: 0 }]
  const verdicts = [{ sessions: 1 }, {}]
  const { worker, clock } = memoryWorker({
    ...stillWorkflow(),
    count: () => counts.shift() ?? {},
    verify: () => verdicts.shift() ?? {},
    survivors: async (_event, observations) => {
      seen.push(observations)
      return []
    },
  })
  for (const receiveCount of [1, 2])
    await deliver({ ...message, receiveCount }, { deadline: clock.now() + 1000 }, worker)

  expect(seen).toEqual([[{ override: 7 }, { override: 3 }]])
})

test('starts no step once its time is over', async () => {
  const { worker, clock, outbox, ledger } = memoryWorker({
    ...stillWorkflow(),
    plan: () => [step],
    observe: async () => void clock.advance(1000),
  })
  await deliver(message, { deadline: clock.now() + 1000 }, worker)

  expect(outbox.sent.map(({ body }) => body)).toEqual(['alice'])
  expect(ledger.rows[0]).toMatchObject({
    steps: [{ tries: [] }],
    attempts: [{ outcome: 'ERR_DEADLINE' }],
  })
})

test('counts a pass that is seen not to be done, and an event from the future as new', async () => {
  const made = memoryWorker({ ...stillWorkflow(), verify: () => ({ sessions: 1 }) })
  await deliver(message, { deadline: made.clock.now() + 1000 }, made.worker)
  expect(made.metrics.counts).toMatchObject({ VerificationFailures: 1, Failures: 1 })

  const early = memoryWorker(stillWorkflow())
  early.clock.advance(-3_600_000)
  await deliver(message, { deadline: early.clock.now() + 1000 }, early.worker)
  expect(early.metrics.ages).toEqual([0])
})

test('marks a receipt before its row is closed, with the time that the receipt says', async () => {
  const made = memoryWorker(stillWorkflow())
  const { pendingReceipts, ...services } = await made.worker.services()
  const order: string[] = []
  const { write } = services.ledger
  const watched = {
    ...services,
    pendingReceipts: {
      async mark(mark: Parameters<typeof pendingReceipts.mark>[0]) {
        order.push(`mark ${new Date(mark.at).toISOString()} ${mark.row.pass}`)
        expect(mark.about).toEqual([
          expect.stringMatching(/^subject:[\da-f]{64}$/),
          expect.stringMatching(/^event:hmac:/),
        ])
      },
    },
    ledger: {
      ...services.ledger,
      write: (...given: Parameters<typeof write>) => {
        const [, { receipt }] = given
        if (receipt !== undefined) order.push(`close ${receipt.closed_at} ${receipt.pass}`)
        return write(...given)
      },
    },
  }
  await deliver(
    message,
    { deadline: made.clock.now() + 1000 },
    { ...made.worker, services: async () => watched },
  )

  expect(order).toEqual([
    'mark 2026-01-02T03:04:05.000Z first',
    'close 2026-01-02T03:04:05.000Z first',
  ])
})

test('closes no row whose receipt could not be marked', async () => {
  const made = memoryWorker(stillWorkflow())
  const services = await made.worker.services()
  const pendingReceipts = { mark: () => Promise.reject(new Error('throttled')) }
  const worker = { ...made.worker, services: async () => ({ ...services, pendingReceipts }) }
  await deliver(message, { deadline: made.clock.now() + 1000 }, worker)
  expect(made.ledger.rows[0]?.receipt).toBeUndefined()

  await deliver(message, { deadline: made.clock.now() + 1000 }, made.worker)
  expect(made.ledger.rows[0]?.receipt?.result).toBe('done')
})

test('counts what came of an event once it is closed, however often that fails', async () => {
  const later = { id: 'later', source: 's', time: '2026-01-02T03:04:00Z' }
  const counted = async (change: Partial<ReturnType<typeof stillWorkflow>>) => {
    const made = memoryWorker({ ...stillWorkflow(), ...change })
    const services = await made.worker.services()
    const state = { fails: true }
    const ledger: typeof services.ledger = {
      read: services.ledger.read,
      write: (key, row, ...rest) =>
        state.fails && row.receipt !== undefined
          ? Promise.reject(new UnavailableError('table t', 'ThrottlingException'))
          : services.ledger.write(key, row, ...rest),
    }
    const worker = { ...made.worker, services: async () => ({ ...services, ledger }) }
    const counts = []
    for (const fails of [true, true, false]) {
      state.fails = fails
      await deliver({ ...message, receiveCount: 2 }, { deadline: made.clock.now() + 1000 }, worker)
      const { Superseded, UsersProcessed } = made.metrics.counts
      counts.push({ Superseded, UsersProcessed })
    }
    return counts
  }
  const nothing = { Superseded: undefined, UsersProcessed: undefined }

  expect(await counted({ supersededBy: async () => later })).toEqual([
    nothing,
    nothing,
    { Superseded: 1, UsersProcessed: 1 },
  ])
  expect(await counted({})).toEqual([
    nothing,
    nothing,
    { Superseded: undefined, UsersProcessed: 1 },
  ])
})
