import { expect, test } from 'vitest'
import { ConfigError, EventError, LedgerConflictError, OryTransportError } from '../errors.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { deliver } from './deliver.ts'

const message = { messageId: 'm-1', body: 'alice', attributes: {} }
const minute = 60_000

function prepared(observe?: () => Promise<void>) {
  const made = memoryWorker(stillWorkflow(observe))
  const allowance = { deadline: made.clock.now() + minute }
  return { ...made, allowance }
}

const failing = (error: unknown) => prepared(() => Promise.reject(error))

test('acknowledges a message whose receipt is written', async () => {
  const { worker, allowance, ledger, metrics } = prepared()

  expect(await deliver(message, allowance, worker)).toBe('acknowledge')
  expect(ledger.rows[0]?.receipt?.pass).toBe('first')
  expect(metrics.counts).toEqual({ UsersProcessed: 1 })
  expect(metrics.ages).toEqual([245_000])
})

test('lets a row go only when it is closed, and after every retention of a queue', async () => {
  const { worker, allowance, clock, ledger, delivered, letGo } = await halfway()
  expect(ledger.expiries).toEqual([undefined])
  letGo.resolve()
  await delivered
  await deliver({ ...message, body: 'bob' }, allowance, worker)

  expect(ledger.expiries).toEqual([35, 35].map((days) => clock.now() / 1000 + days * 86_400))
})

test('sends the follow-up pass as the same body with its time', async () => {
  const { worker, allowance, outbox } = prepared()
  await deliver(message, allowance, worker)

  expect(outbox.sent).toEqual([
    {
      body: 'alice',
      attributes: {
        'lapse-pass': 'follow-up',
        'lapse-not-before': '2026-01-02T03:35:05.000Z',
      },
      delaySeconds: 900,
    },
  ])
})

test('sends no second follow-up where only what comes after it failed', async () => {
  const failures = [new ConfigError('X is not set')]
  const { worker, allowance, outbox, ledger } = prepared()
  const survivors = async () => {
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    return []
  }
  const workflow = () => ({ ...stillWorkflow(), survivors })
  for (const _attempt of [1, 2]) await deliver(message, allowance, { ...worker, workflow })

  expect(outbox.sent.map(({ attributes }) => attributes['lapse-pass'])).toEqual([
    'follow-up',
    'first',
  ])
  expect(ledger.rows[0]?.receipt?.follow_up_not_before).toBe('2026-01-02T03:35:05.000Z')
})

test('lets a follow-up hop through the queue until it is due, and then runs it', async () => {
  const { worker, allowance, outbox, ledger, clock } = prepared()
  await deliver(message, allowance, worker)
  const delays: (number | undefined)[] = []
  for (let sent = outbox.sent.shift(); sent !== undefined; sent = outbox.sent.shift()) {
    delays.push(sent.delaySeconds)
    clock.advance((sent.delaySeconds ?? 0) * 1000)
    await deliver({ ...message, ...sent }, { deadline: clock.now() + minute }, worker)
  }

  expect(delays).toEqual([900, 900, 60])
  expect(ledger.rows.map(({ receipt }) => receipt?.pass)).toEqual(['first', 'follow-up'])
  expect(ledger.rows[1]?.receipt?.follow_up_not_before).toBeNull()
})

test('forgets what a pass once waited for when it hops on', async () => {
  const { worker, allowance, outbox } = prepared()
  const attributes = {
    'lapse-pass': 'follow-up',
    'lapse-not-before': '2026-01-02T03:35:05.000Z',
    'lapse-deferrals': '3',
    'lapse-deferred-since': '2026-01-02T03:00:00.000Z',
  }
  await deliver({ ...message, attributes }, allowance, worker)

  expect(Object.keys(outbox.sent[0]?.attributes ?? {})).toEqual(['lapse-pass', 'lapse-not-before'])
})

test('does nothing a second time, and says so', async () => {
  const { worker, allowance, ledger, metrics, outbox } = prepared()
  await deliver(message, allowance, worker)
  const [before] = ledger.rows

  expect(await deliver(message, allowance, worker)).toBe('acknowledge')
  expect(ledger.rows).toEqual([before])
  expect(outbox.sent).toHaveLength(1)
  expect(metrics.counts).toEqual({ UsersProcessed: 1, Duplicates: 1 })
})

test('sends an unreadable message to the DLQ as it is, with its reason and id', async () => {
  const { worker, allowance, outbox, metrics } = prepared()
  const unreadable = {
    ...worker,
    parse: () => {
      throw new EventError('not-json')
    },
  }
  const attributes = { publisher: 'accounts' }

  expect(await deliver({ ...message, attributes }, allowance, unreadable)).toBe('acknowledge')
  expect(outbox.deadLetters).toEqual([
    {
      body: 'alice',
      attributes: { publisher: 'accounts', 'lapse-reason': 'not-json', 'lapse-message-id': 'm-1' },
    },
  ])
  expect(metrics.counts).toEqual({ DeadLettered: 1 })
})

test('puts a message off while the deployment is misconfigured, and alarms at once', async () => {
  const { worker, allowance, outbox, log, metrics } = failing(new ConfigError('X is not set'))

  expect(await deliver(message, allowance, worker)).toBe('acknowledge')
  expect(outbox.sent).toEqual([
    {
      body: 'alice',
      attributes: {
        'lapse-pass': 'first',
        'lapse-deferrals': '1',
        'lapse-deferred-since': '2026-01-02T03:04:05.000Z',
        'lapse-deferred-for': 'ERR_CONFIG',
      },
      delaySeconds: 60,
    },
  ])
  expect(metrics.counts).toEqual({ ConfigurationErrors: 1, Deferred: 1 })
  expect(log.lines[0]?.level).toBe('error')
})

test('goes on counting deferrals from the first one', async () => {
  const { worker, allowance, outbox, clock } = failing(new ConfigError('X is not set'))
  await deliver(message, allowance, worker)
  clock.advance(minute)
  const [copy] = outbox.sent
  await deliver({ ...message, ...copy }, allowance, worker)

  expect(outbox.sent[1]?.attributes).toMatchObject({
    'lapse-deferrals': '2',
    'lapse-deferred-since': '2026-01-02T03:04:05.000Z',
  })
})

test('gives a message that was sent back from the DLQ its time anew', async () => {
  const { worker, allowance, outbox, clock } = failing(new ConfigError('X is not set'))
  await deliver(message, allowance, worker)
  clock.advance(25 * 60 * minute)
  await deliver({ ...message, ...outbox.sent[0] }, allowance, worker)
  const [letter] = outbox.deadLetters
  await deliver({ ...message, ...letter }, allowance, worker)

  expect(letter?.attributes['lapse-reason']).toBe('deferred-too-long: ERR_CONFIG')
  expect(outbox.deadLetters).toHaveLength(1)
  expect(outbox.sent[1]?.attributes).toEqual({
    'lapse-pass': 'first',
    'lapse-deferrals': '1',
    'lapse-deferred-since': '2026-01-03T04:04:05.000Z',
    'lapse-deferred-for': 'ERR_CONFIG',
  })
})

test('puts a message off when its services cannot be made', async () => {
  const { worker, allowance, outbox } = prepared()
  const broken = { ...worker, services: () => Promise.reject(new ConfigError('X is not set')) }

  expect(await deliver(message, allowance, broken)).toBe('acknowledge')
  expect(outbox.sent).toHaveLength(1)
})

test('leaves what may succeed later to the queue, and the row to the next attempt', async () => {
  const lost = new OryTransportError('x', { reason: 'reset', mayHaveRun: true, message: 'reset' })
  const { worker, allowance, outbox, ledger } = failing(lost)

  expect(await deliver(message, allowance, worker)).toBe('retry')
  expect(outbox.sent).toEqual([])
  expect(ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ number: 1, outcome: 'ERR_ORY_TRANSPORT' }],
  })
})

test.each([
  ['the DLQ', new EventError('not-json'), 'deadLetter'],
  ['its queue', new ConfigError('X is not set'), 'send'],
] as const)('keeps the message where it is if no copy reaches %s', async (_name, error, method) => {
  const { worker, allowance, log } = failing(error)
  const outbox = { ...worker.outbox, [method]: () => Promise.reject(new Error('queue is down')) }

  expect(await deliver(message, allowance, { ...worker, outbox })).toBe('retry')
  expect(log.lines.at(-1)?.message).toMatch(/stays on its queue/)
})

/** A delivery that has taken the row, and goes no further until it is let. */
async function halfway() {
  const holding = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const made = prepared(async () => {
    holding.resolve()
    await letGo.promise
  })
  const delivered = deliver(message, made.allowance, made.worker)
  await holding.promise
  return { ...made, delivered, letGo }
}

test('waits while another delivery of the event holds the row', async () => {
  const { worker, allowance, outbox, ledger, delivered, letGo } = await halfway()
  const second = await deliver({ ...message, messageId: 'm-2' }, allowance, worker)
  letGo.resolve()

  expect([await delivered, second]).toEqual(['acknowledge', 'acknowledge'])
  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_LEASE_HELD')
  expect(ledger.rows[0]?.attempts).toHaveLength(1)
})

test('takes over from a delivery that died, once its lease is out', async () => {
  const { worker, clock, ledger } = await halfway()
  const living = { ...worker, workflow: () => stillWorkflow() }
  clock.advance(2 * minute)

  expect(await deliver(message, { deadline: clock.now() + minute }, living)).toBe('acknowledge')
  expect(ledger.rows[0]?.receipt?.attempts.map(({ outcome }) => outcome)).toEqual([
    'died',
    'closed',
  ])
})

test('gives the row back when somebody else was quicker to lease the client', async () => {
  const { worker, allowance, ledger } = prepared()
  const services = async () => {
    const made = await worker.services()
    const write = () => Promise.reject(new LedgerConflictError('somebody was quicker'))
    return { ...made, leases: { ...made.leases, write } }
  }
  const ofClient = { ...stillWorkflow(), client: () => 'mail' }
  await deliver(message, allowance, { ...worker, workflow: () => ofClient, services })

  expect(ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ number: 1, outcome: 'ERR_LEDGER_CONFLICT' }],
  })
})

test('an attempt that outlives its lease writes nothing over the next one', async () => {
  const { worker, clock, ledger, outbox, delivered, letGo } = await halfway()
  const living = { ...worker, workflow: () => stillWorkflow() }
  clock.advance(2 * minute)
  await deliver(message, { deadline: clock.now() + minute }, living)
  const [closed] = ledger.rows
  letGo.resolve()

  expect(await delivered).toBe('acknowledge')
  expect(outbox.sent.at(-1)?.attributes['lapse-deferred-for']).toBe('ERR_LEDGER_CONFLICT')
  expect(ledger.rows).toEqual([closed])
})

test('says nothing of a subject, and withholds the message of an unknown error', async () => {
  const { worker, allowance, log, ledger } = failing(new TypeError('cannot read alice'))
  const parse = (body: string) => ({ ...worker.parse(body), source: `/users/${body}` })
  await deliver(message, allowance, { ...worker, parse })

  expect(JSON.stringify([log.lines, ledger.rows])).not.toContain('alice')
  expect(ledger.rows[0]?.event.source).toBe('/users/[subject]')
  expect(log.lines[0]?.fields['problem']).toMatch(/unexpected error at .*deliver\.test\.ts/)
})
