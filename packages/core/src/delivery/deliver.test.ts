import { expect, test } from 'vitest'
import {
  ConfigError,
  DeadlineError,
  EventError,
  LeaseHeldError,
  LedgerConflictError,
  OryApiError,
  RefusedError,
} from '../errors.ts'
import type { Attributes, Clock, OutgoingMessage } from '../ports/index.ts'
import type { Step, WorkflowEvent } from '../run/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { deliver, postpone } from './deliver.ts'
import { attributesOf, type Envelope, readEnvelope } from './envelope.ts'

const message = { messageId: 'm-1', body: 'alice', attributes: {} }
const minute = 60_000
const day = 24 * 60 * minute

function prepared(observe?: () => Promise<void>) {
  const made = memoryWorker(stillWorkflow(observe))
  const allowance = { deadline: made.clock.now() + minute }
  return { ...made, allowance }
}

const sealed = (envelope: Envelope, now: number) =>
  attributesOf(envelope, { body: message.body, ledgerKey: new Uint8Array(32), now })

const allowanceOf = ({ now }: Clock) => ({ deadline: now() + minute })
const rateLimited = (retryAfterMs: number) =>
  new OryApiError('x', { status: 429, body: {}, retryable: true, retryAfterMs })

const failing = (error: unknown) => prepared(() => Promise.reject(error))

test('acknowledges a message whose receipt is written', async () => {
  const { worker, allowance, ledger, metrics } = prepared()

  expect(await deliver(message, allowance, worker)).toBe('acknowledge')
  expect(ledger.rows[0]?.receipt?.pass).toBe('first')
  expect(metrics.counts).toEqual({ UsersProcessed: 1 })
  expect(metrics.ages).toEqual([245_000])
})

test('sends the follow-up pass as the same body with its time', async () => {
  const { worker, allowance, outbox, ledger } = prepared()
  await deliver(message, allowance, worker)

  expect(outbox.sent).toEqual([
    {
      body: 'alice',
      attributes: {
        'lapse-pass': 'follow-up',
        'lapse-not-before': '2026-01-02T03:35:05.000Z',
        'lapse-event-key': ledger.rows[0]?.event.key,
        'lapse-envelope': expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
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

test('forgets what somebody else says that a pass waited for when it hops on', async () => {
  const { worker, allowance, outbox, clock, metrics } = prepared()
  const notBefore = clock.now() + 31 * minute
  const attributes = {
    ...sealed({ pass: 'follow-up', notBefore, copies: 1 }, clock.now()),
    'lapse-deferrals': '3',
    'lapse-deferred-since': '2026-01-02T03:00:00.000Z',
  }
  await deliver({ ...message, attributes }, allowance, worker)

  expect(Object.keys(outbox.sent[0]?.attributes ?? {})).toEqual([
    'lapse-pass',
    'lapse-not-before',
    'lapse-envelope',
  ])
  expect(metrics.counts).toEqual({ AttributesNotBelieved: 1 })
})

test('acknowledges and counts what is passed over, and writes no receipt', async () => {
  const { worker, allowance, ledger, metrics, outbox } = prepared()
  const passesOver = (body: string) => (body === 'an update' ? 'ory' : undefined)
  const broken = {
    ...worker,
    passesOver,
    services: () => Promise.reject(new ConfigError('X is not set')),
  }

  expect(await deliver({ ...message, body: 'an update' }, allowance, broken)).toBe('acknowledge')
  expect([ledger.rows, outbox.sent, outbox.deadLetters]).toEqual([[], [], []])
  expect([metrics.sources, metrics.counts]).toEqual([{ ory: { EventsPassedOver: 1 } }, {}])

  expect(await deliver(message, allowance, { ...worker, passesOver })).toBe('acknowledge')
  expect(ledger.rows).toHaveLength(1)
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

test('defers a message while the deployment is misconfigured, and alarms at once', async () => {
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
        'lapse-waiting':
          'for=deployment;deployment=2026-01-02T03:04:05.000Z;expected=2026-01-02T03:05:05.000Z;sent=2026-01-02T03:04:05.000Z',
        'lapse-envelope': expect.stringMatching(/^[\w-]+\.[\w-]{43}$/),
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
  clock.advance(4 * day)
  await deliver({ ...message, ...outbox.sent[0] }, allowance, worker)
  const [letter] = outbox.deadLetters
  await deliver({ ...message, ...letter }, allowance, worker)

  expect(letter?.attributes['lapse-reason']).toBe('deferred-too-long: ERR_CONFIG')
  expect(outbox.deadLetters).toHaveLength(1)
  expect(outbox.sent[1]?.attributes).toMatchObject({
    'lapse-deferrals': '1',
    'lapse-deferred-since': '2026-01-06T03:04:05.000Z',
  })
})

test('defers a message when its services cannot be made', async () => {
  const { worker, allowance, outbox } = prepared()
  const broken = { ...worker, services: () => Promise.reject(new ConfigError('X is not set')) }

  expect(await deliver(message, allowance, broken)).toBe('acknowledge')
  expect(outbox.sent).toHaveLength(1)
})

test('leaves what is unexpected to the queue, and the row to the next attempt', async () => {
  const { worker, allowance, outbox, ledger } = failing(new TypeError('a bug'))

  expect(await deliver(message, allowance, worker)).toBe('retry')
  expect(outbox.sent).toEqual([])
  expect(ledger.rows[0]).toMatchObject({
    leaseUntil: 0,
    attempts: [{ number: 1, outcome: 'TypeError' }],
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
/** In the middle of a workflow that holds something, and so its row from the start. */
async function halfway() {
  const holding = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const { worker, ...rest } = prepared()
  const observe = async () => {
    holding.resolve()
    await letGo.promise
  }
  const workflow = { ...stillWorkflow(observe), leases: () => [] }
  const made = { ...rest, worker: { ...worker, workflow: () => workflow } }
  const delivered = deliver(message, made.allowance, made.worker)
  await holding.promise
  return { ...made, delivered, letGo }
}

test('tells how long a message has waited by now, whatever for', async () => {
  const failures = [new ConfigError('m'), rateLimited(1000), new LeaseHeldError(0)]
  const { worker, outbox, clock, metrics } = prepared(async () => {
    throw failures.shift()
  })
  for (const [n, minutes] of [0, 20, 15].entries()) {
    clock.advance(minutes * minute)
    await deliver({ ...message, ...outbox.sent[n - 1] }, allowanceOf(clock), worker)
  }

  expect(metrics.waits).toEqual([
    { cause: 'deployment', seconds: 0 },
    { cause: 'ory', seconds: 1200 },
    { cause: 'aws', seconds: 2100 },
  ])
  expect(metrics.counts).toMatchObject({ Deferred: 3 })
})

test('waits for as long as Ory asks, without asking it in between', async () => {
  const asked: number[] = []
  const { worker, outbox, clock, metrics } = prepared(async () => {
    asked.push(clock.now())
    if (asked.length === 1) throw rateLimited(40 * minute)
  })
  const began = clock.now()
  await deliver(message, allowanceOf(clock), worker)
  for (let copy = outbox.sent.shift(); asked.length === 1; copy = outbox.sent.shift()) {
    clock.advance((copy?.delaySeconds ?? 0) * 1000)
    await deliver({ ...message, ...copy }, allowanceOf(clock), worker)
  }

  expect([...new Set(asked)]).toEqual([began, began + 40 * minute])
  expect(metrics.waits.map(({ seconds }) => seconds)).toEqual([0, 900, 1800])
  expect(metrics.counts).toEqual({ Deferred: 1, UsersProcessed: 1 })
})

/** A step that is settled in the first delivery, and a look that never succeeds. */
function progressing(error: () => Error) {
  const step: Step = {
    key: 'a message',
    by: 'subject',
    ends: [{ what: 'a message', evidence: 'requested' }],
    call: { op: 'queue.send', params: { body: 'derived' } },
  }
  const made = prepared()
  const survivors = () => Promise.reject(error())
  const workflow = () => ({ ...stillWorkflow(), plan: () => [step], survivors })
  return { ...made, worker: { ...made.worker, workflow } }
}

test('begins to wait anew once something was done for the first time', async () => {
  const made = progressing(() => new ConfigError('m'))
  const [first, second] = await twoDeferralsOf(made)

  expect(first?.attributes).toMatchObject({
    'lapse-deferrals': '1',
    'lapse-deferred-since': '2026-01-02T03:04:05.000Z',
  })
  expect(second?.attributes).toMatchObject({
    'lapse-deferrals': '2',
    'lapse-deferred-since': '2026-01-02T03:04:05.000Z',
  })
  expect(made.metrics.waits.map(({ seconds }) => seconds)).toEqual([0, 60])
})

test('comes again at once where time ran out on something that got further', async () => {
  const copies = await twoDeferralsOf(progressing(() => new DeadlineError('no time')))

  expect(copies.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 2])
})

/** Delivers a message that has waited for three days and nine deferrals, and then its copy. */
async function twoDeferralsOf({ worker, clock, outbox }: ReturnType<typeof progressing>) {
  const since = clock.now() - 3 * day
  const waited = { code: 'ERR_ORY_API', deferrals: 9, since, sinceByCause: { ory: since } }
  const waiting = { cause: 'ory', ...waited } as const
  const copies = () => outbox.sent.filter(({ body }) => body === message.body)
  const attributes = sealed({ pass: 'first', copies: 9, waiting }, clock.now())
  await deliver({ ...message, attributes }, allowanceOf(clock), worker)
  clock.advance(minute)
  await deliver({ ...message, ...copies().at(-1) }, allowanceOf(clock), worker)
  return copies().filter((copy) => copy.attributes['lapse-pass'] === 'first')
}

test('gives a message its time anew that SQS itself had moved to the DLQ', async () => {
  const { worker, clock, outbox } = failing(new ConfigError('m'))
  await deliver(message, allowanceOf(clock), worker)
  clock.advance(5 * day)
  const [copy] = outbox.sent
  await deliver({ ...message, ...copy, sentAt: clock.now() - minute }, allowanceOf(clock), worker)

  expect(outbox.deadLetters).toEqual([])
  expect(outbox.sent[1]?.attributes).toMatchObject({ 'lapse-deferrals': '1' })
})

test('does not take a first pass for a follow-up where there is none', async () => {
  const { worker, allowance, ledger } = prepared()
  const { followUpAfterMs: _, ...once } = stillWorkflow()
  const attributes = sealed({ pass: 'follow-up', notBefore: 0, copies: 1 }, 0)
  await deliver({ ...message, attributes }, allowance, { ...worker, workflow: () => once })

  expect(ledger.rows.map(({ pass }) => pass)).toEqual(['first'])
})

test('finds the first pass of a follow-up although the ledger key was replaced since', async () => {
  const { worker, outbox, clock, ledger } = prepared()
  await deliver(message, allowanceOf(clock), worker)
  clock.advance(31 * minute)
  const services = async () => {
    const before = await worker.services()
    const ledgerKey = new Uint8Array(32).fill(9)
    return { ...before, ledgerKey, previousLedgerKeys: [before.ledgerKey] }
  }
  await deliver({ ...message, ...outbox.sent[0] }, allowanceOf(clock), { ...worker, services })

  const [first, second] = ledger.rows
  expect(second?.pass).toBe('follow-up')
  expect(second?.event.key).toBe(first?.event.key)
})

test('says of what is nested too deeply just that', async () => {
  const { worker, allowance, outbox } = prepared()
  const depth = (value: unknown): number => (Array.isArray(value) ? 1 + depth(value[0]) : 0)
  const parse = (body: string) => worker.parse(String(depth(JSON.parse(body))))
  const body = '['.repeat(100_000) + ']'.repeat(100_000)

  expect(await deliver({ ...message, body }, allowance, { ...worker, parse })).toBe('acknowledge')
  expect(outbox.deadLetters[0]).toMatchObject({
    body,
    attributes: { 'lapse-reason': 'nested-too-deeply' },
  })
})

test('defers what there is no time to begin, and tells of the wait', async () => {
  const { worker, clock, outbox, metrics } = prepared()
  for (const _time of [1, 2, 3]) {
    await postpone(
      { ...message, ...outbox.sent.at(-1) },
      new DeadlineError('no time to begin'),
      worker,
    )
    clock.advance(minute)
  }

  expect(outbox.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 2, 4])
  expect(metrics.waits.at(-1)).toEqual({ cause: 'aws', seconds: 120 })
})

test('waits while another delivery of the event holds the row', async () => {
  const { worker, allowance, outbox, ledger, delivered, letGo } = await halfway()
  const second = await deliver({ ...message, messageId: 'm-2' }, allowance, worker)
  letGo.resolve()

  expect([await delivered, second]).toEqual(['acknowledge', 'acknowledge'])
  expect(outbox.sent[0]?.attributes['lapse-deferred-for']).toBe('ERR_LEASE_HELD')
  expect(ledger.rows[0]?.attempts).toHaveLength(1)
})

test('of two that look at the same time one does it, and the other waits', async () => {
  const letGo = Promise.withResolvers<void>()
  const { worker, allowance, outbox, ledger } = prepared()
  const asking: Step = {
    key: 'ask',
    call: { op: 'queue.send', params: { body: 'asked' } },
    by: 'body',
    ends: [{ what: 'nothing', evidence: 'requested' }],
  }
  const workflow = { ...stillWorkflow(() => letGo.promise), plan: () => [asking] }
  const deliveries = ['m-1', 'm-2'].map((messageId) =>
    deliver({ ...message, messageId }, allowance, { ...worker, workflow: () => workflow }),
  )
  letGo.resolve()

  expect(await Promise.all(deliveries)).toEqual(['acknowledge', 'acknowledge'])
  expect(outbox.sent.filter(({ body }) => body === 'asked')).toHaveLength(1)
  const waits = outbox.sent.map(({ attributes }) => attributes['lapse-deferred-for'])
  expect(waits.filter((code) => code === 'ERR_LEDGER_CONFLICT')).toHaveLength(1)
  expect(ledger.rows[0]?.receipt?.attempts).toHaveLength(1)
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
  const ofClient = { ...stillWorkflow(), leases: () => [{ kind: 'client', id: 'mail' } as const] }
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
  expect(ledger.rows[0]?.event.source).toMatch(/^hmac:/)
  expect(log.lines[0]?.fields['problem']).toMatch(/unexpected error at .*deliver\.test\.ts/)
})

/** Delivers a message, and whatever lapse sends itself for it, until nothing is left. */
async function drained(
  { worker, outbox, clock }: ReturnType<typeof prepared>,
  attributes: Attributes,
  most = 50,
) {
  await deliver({ ...message, attributes }, allowanceOf(clock), worker)
  for (let n = 0; n < most; n += 1) {
    const copy = outbox.sent[n]
    if (copy === undefined) return
    clock.advance((copy.delaySeconds ?? 0) * 1000)
    await deliver({ ...message, ...copy }, allowanceOf(clock), worker)
  }
}

const passesOf = ({ ledger }: ReturnType<typeof prepared>) =>
  ledger.rows.map(({ receipt }) => receipt?.pass)

test.each([
  { 'lapse-pass': 'follow-up' },
  { 'lapse-pass': 'follow-up', 'lapse-not-before': '9999-01-01T00:00:00Z' },
  { 'lapse-not-before': '9999-01-01T00:00:00Z' },
  { 'lapse-pass': 'follow-up', 'lapse-event-key': '0'.repeat(64) },
])('makes both passes at their times where somebody says %j first', async (attributes) => {
  const made = prepared()
  await drained(made, attributes)

  expect(passesOf(made)).toEqual(['first', 'follow-up'])
  expect(made.ledger.rows[0]?.receipt?.closed_at).toBe('2026-01-02T03:04:05.000Z')
  expect(made.ledger.rows[1]?.receipt?.closed_at).toBe('2026-01-02T03:35:05.000Z')
  expect(made.metrics.counts).toMatchObject({ AttributesNotBelieved: 1 })
})

test('cannot be made to look again too early by somebody who says that it is time', async () => {
  const made = prepared()
  await deliver(message, made.allowance, made.worker)
  await drained(made, { 'lapse-pass': 'follow-up', 'lapse-not-before': '2026-01-02T03:04:05Z' })

  expect(passesOf(made)).toEqual(['first', 'follow-up'])
  expect(String(made.ledger.rows[1]?.receipt?.opened_at) >= '2026-01-02T03:35:05').toBe(true)
})

test('keeps a follow-up that was sent before there were seals', async () => {
  const made = prepared()
  await deliver(message, made.allowance, made.worker)
  const [followUp] = made.outbox.sent.splice(0)
  const { 'lapse-envelope': _, ...attributes } = followUp?.attributes ?? {}
  await drained(made, attributes)

  expect(passesOf(made)).toEqual(['first', 'follow-up'])
})

test('keeps a follow-up whose ledger key is known no more, and no other that takes its name', async () => {
  const made = prepared()
  // The same event by its id, whoever it is about.
  const parse = (body: string) => ({ ...made.worker.parse(body), id: 'e-1' })
  await deliver(message, made.allowance, { ...made.worker, parse })
  const [followUp] = made.outbox.sent.splice(0)
  const ledgerKey = new Uint8Array(32).fill(9)
  const services = async () => ({ ...(await made.worker.services()), ledgerKey })
  const worker = { ...made.worker, services, parse }
  made.clock.advance(31 * minute)
  await deliver({ ...message, ...followUp, body: 'bob' }, allowanceOf(made.clock), worker)
  expect(passesOf(made)).toEqual(['first', 'first'])

  await deliver({ ...message, ...followUp }, allowanceOf(made.clock), worker)
  expect(passesOf(made)).toEqual(['first', 'first', 'follow-up'])
  expect(made.ledger.rows[2]?.event.key).toBe(made.ledger.rows[0]?.event.key)
})

test('believes no wait that somebody else tells of', async () => {
  const made = failing(new ConfigError('X is not set'))
  const long = '2025-12-22T03:04:05.000Z'
  const attributes = {
    'lapse-deferrals': '7',
    'lapse-deferred-since': long,
    'lapse-deferred-for': 'ERR_CONFIG',
    'lapse-waiting': `for=deployment;deployment=${long};sent=2026-01-02T03:04:05.000Z`,
  }
  await deliver({ ...message, attributes }, made.allowance, made.worker)

  expect(made.outbox.deadLetters).toEqual([])
  expect(made.outbox.sent[0]?.attributes).toMatchObject({ 'lapse-deferrals': '1' })
})

test('waits without its ledger key, with everything that was sealed before', async () => {
  const made = prepared()
  await deliver(message, made.allowance, made.worker)
  const [followUp] = made.outbox.sent.splice(0)
  const keyless = { ...made.worker, services: () => Promise.reject(new ConfigError('no key')) }
  let copy = followUp
  for (let n = 0; n < 9; n += 1) {
    made.clock.advance((copy?.delaySeconds ?? 0) * 1000)
    await deliver({ ...message, ...copy }, allowanceOf(made.clock), keyless)
    copy = made.outbox.sent.pop()
    expect(copy?.attributes).toMatchObject({
      ...followUp?.attributes,
      'lapse-deferrals': String(n + 1),
    })
  }
  await drained(made, copy?.attributes ?? {})

  expect(passesOf(made)).toEqual(['first', 'follow-up'])
})

test('gives a message up after 4 days without its ledger key', async () => {
  const made = prepared()
  const keyless = { ...made.worker, services: () => Promise.reject(new ConfigError('no key')) }
  await drained({ ...made, worker: keyless }, {}, 1000)

  expect(made.outbox.deadLetters.map(({ attributes }) => attributes['lapse-reason'])).toEqual([
    'deferred-too-long: ERR_CONFIG',
  ])
})

test('ends an event that sends itself for ever', async () => {
  const made = failing(new DeadlineError('no time'))
  const attributes = sealed({ pass: 'first', copies: 9_998 }, made.clock.now())
  await drained(made, attributes)

  expect(made.outbox.sent).toHaveLength(3)
  expect(made.outbox.deadLetters[0]?.attributes['lapse-reason']).toBe('too-many-copies')

  await deliver({ ...message, ...made.outbox.deadLetters[0] }, allowanceOf(made.clock), made.worker)
  expect(made.outbox.sent).toHaveLength(4)
})

test('counts what an event sends in what it sends', async () => {
  const made = progressing(() => new ConfigError('m'))
  const attributes = sealed({ pass: 'first', copies: 41 }, made.clock.now())
  await deliver({ ...message, attributes }, allowanceOf(made.clock), made.worker)
  const copies = made.outbox.sent.map(
    ({ body, attributes: said }) =>
      readEnvelope({ messageId: 'm', body, attributes: said }, [new Uint8Array(32)], 0).envelope
        .copies,
  )

  expect(copies).toEqual([42, 42, 42])
})

test('hands what lapse derived an event from to its workflow, and nothing that is not sealed', async () => {
  const seen: unknown[] = []
  const { worker, allowance, clock } = prepared()
  const workflow = (event: WorkflowEvent) => {
    seen.push(event.derived)
    return stillWorkflow()
  }
  const derived = { part: 'client' }
  const attributes = sealed({ pass: 'first', copies: 1, derived }, clock.now())
  await deliver({ ...message, attributes }, allowance, { ...worker, workflow })
  await deliver({ ...message, body: 'bob', attributes }, allowance, { ...worker, workflow })

  expect(seen).toEqual([derived, undefined])
})

test('counts what is refused by its source, and one that nobody configured with all others', async () => {
  const sources = () => ['https://accounts.example']
  const from = (source: string) => JSON.stringify({ specversion: '1.0', source })
  const refused = failing(new EventError('malformed-event'))
  const bodies = [from('https://accounts.example'), from('mallory'), from('other'), 'not-json']
  for (const body of bodies)
    await deliver({ ...message, body }, refused.allowance, { ...refused.worker, sources })

  expect(refused.metrics.sources).toEqual({
    'https://accounts.example': { EventsRefused: 1 },
    other: { EventsRefused: 3 },
  })
  expect(refused.log.lines.map(({ fields }) => fields['source'])).toEqual([
    'https://accounts.example',
    'other',
    'other',
    'other',
  ])
  expect(JSON.stringify(refused.log.lines)).not.toContain('mallory')
})

test('counts nothing as refused that waits, or that the DLQ does not take', async () => {
  const waiting = failing(new ConfigError('X is not set'))
  await deliver(message, waiting.allowance, waiting.worker)
  const refused = failing(new EventError('malformed-event'))
  const outbox = { ...refused.worker.outbox, deadLetter: () => Promise.reject(new Error()) }
  await deliver(message, refused.allowance, { ...refused.worker, outbox })

  expect([waiting.metrics.sources, refused.metrics.sources]).toEqual([{}, {}])
})

test('refuses a message all the same where its sources cannot be read', async () => {
  const { worker, allowance, outbox, metrics } = failing(new EventError('malformed-event'))
  const sources = () => {
    throw new ConfigError('EVENT_SOURCES is not a JSON array of texts')
  }
  const body = JSON.stringify({ specversion: '1.0', source: 'a' })
  await deliver({ ...message, body }, allowance, { ...worker, sources })

  expect(outbox.deadLetters).toHaveLength(1)
  expect(metrics.sources).toEqual({ other: { EventsRefused: 1 } })
})

const lostForGood = new OryApiError('x', { status: 400, body: {}, retryable: false })

test.each([
  ['is refused for what it says', new EventError('malformed-event'), 1, undefined],
  ['is refused for what it is about', new RefusedError('protected-client'), 1, undefined],
  ['is refused when it comes again', new EventError('malformed-event'), 5, undefined],
  ['waits', new ConfigError('X is not set'), 5, undefined],
  ['fails in a way that may pass', new TypeError('a bug'), 4, undefined],
  ['fails for the last time', new TypeError('a bug'), 5, 1],
  ['is answered what nobody expects', lostForGood, 1, 1],
  ['has made too many copies of itself', new RefusedError('too-many-copies'), 1, 1],
])('counts as given up no event that is refused: one that %s', async (...row) => {
  const [_what, error, receiveCount, given] = row
  const { worker, allowance, metrics } = failing(error)
  await deliver({ ...message, receiveCount }, allowance, worker)

  expect(metrics.counts.EventsGivenUp).toBe(given)
})

test('counts as given up what the DLQ does not take, once SQS will move it', async () => {
  const { worker, allowance, metrics } = failing(new RefusedError('protected-client'))
  const outbox = { ...worker.outbox, deadLetter: () => Promise.reject(new Error('down')) }
  for (const receiveCount of [1, 4])
    await deliver({ ...message, receiveCount }, allowance, { ...worker, outbox })
  expect(metrics.counts.EventsGivenUp).toBeUndefined()

  await deliver({ ...message, receiveCount: 5 }, allowance, { ...worker, outbox })
  expect(metrics.counts.EventsGivenUp).toBe(1)
})

test('counts nothing as given up that is refused and does not fit onto the DLQ', async () => {
  const { worker, allowance, metrics, outbox } = failing(new RefusedError('protected-client'))
  const tooLong = Object.assign(new Error('too long'), { name: 'InvalidParameterValue' })
  const deadLetter = async (copy: OutgoingMessage) => {
    if (copy.body === message.body) throw tooLong
    await outbox.deadLetter(copy)
  }
  const full = { ...worker, outbox: { ...worker.outbox, deadLetter } }
  for (const receiveCount of [1, 5]) await deliver({ ...message, receiveCount }, allowance, full)

  expect(outbox.deadLetters).toHaveLength(2)
  expect(metrics.counts.EventsGivenUp).toBeUndefined()
})
