import { expect, test } from 'vitest'
import {
  CircuitOpenError,
  ConfigError,
  DeadlineError,
  LeaseHeldError,
  LedgerConflictError,
  OryApiError,
  OryTransportError,
  RateBudgetError,
  UnavailableError,
} from '../errors.ts'
import type { Services, Step, WaitedFor } from '../run/index.ts'
import { memoryWorker, stillWorkflow } from '../testing/index.ts'
import { textOfTime } from './attribute-time.ts'
import { deliver } from './deliver.ts'
import { attributesOf } from './envelope.ts'

const start = Date.parse('2026-01-02T03:04:05Z')

/** Where a delivery is put off: before it has a row, or in the middle of its work. */
type Place = 'before' | 'within'
type Failure = readonly [place: Place, error: Error]

/** Deliveries of one event, each of the copy that the one before sent and when that comes back. */
async function put(failures: readonly Failure[]) {
  const left = [...failures]
  const failAt = (place: Place) => {
    const [first] = left
    if (first?.[0] !== place) return
    left.shift()
    throw first[1]
  }
  const { followUpAfterMs: _none, ...still } = stillWorkflow(async () => failAt('within'))
  const noop = async () => undefined
  const { worker, clock, outbox, ledger } = memoryWorker(still)
  const pacing = {
    ready: async () => failAt('before'),
    paceOf: () => ({ due: noop, plan: noop, end: noop }),
  } as unknown as NonNullable<Services['pacing']>
  const services = { ...(await worker.services()), pacing }
  const told: unknown[] = []
  const back: number[] = []
  let message = { messageId: 'm', body: 'alice', attributes: {} }
  for (const _failure of [...failures, 'done']) {
    const allowance = { deadline: clock.now() + 57_000 }
    await deliver(message, allowance, { ...worker, services: async () => services })
    const sent = outbox.sent.shift()
    if (sent === undefined) break
    const delayMs = (sent.delaySeconds ?? 0) * 1000
    told.push(ledger.rows[0]?.expected)
    back.push(clock.now() + delayMs)
    message = { messageId: 'm', body: sent.body, attributes: sent.attributes }
    clock.advance(delayMs)
  }
  return { told, back, waited: ledger.rows[0]?.receipt?.waited }
}

const within = (error: Error): Failure => ['within', error]
const inSeconds = (seconds: number) => start + seconds * 1000
const unavailable = (headers?: { retryAfterMs: number }) =>
  new OryApiError('x', { status: 503, body: {}, retryable: true, ...headers })

test.each<[string, Failure, WaitedFor, seconds: number]>([
  ['a lease', within(new LeaseHeldError(inSeconds(60))), 'lease', 1],
  ['a turn for a lease', within(new LeaseHeldError(inSeconds(60), inSeconds(7))), 'lease', 7],
  ['a row that another wrote', within(new LedgerConflictError('m')), 'lease', 0],
  ['its turn in the rate limit', within(new RateBudgetError('b', inSeconds(42))), 'rate-limit', 42],
  ['an Ory that is down', within(new CircuitOpenError(inSeconds(10))), 'ory', 10],
  ['the same, without a row', ['before', new CircuitOpenError(inSeconds(10))], 'ory', 10],
  ['an Ory that fails', within(unavailable()), 'ory', 5],
  ['an Ory that asks for time', within(unavailable({ retryAfterMs: 30_000 })), 'ory', 30],
  ['an answer that was lost', within(lost()), 'ory', 5],
  ['an AWS that fails', within(new UnavailableError('table t', 'X')), 'aws', 5],
  ['us', within(new ConfigError('m')), 'deployment', 60],
  ['more time', within(new DeadlineError('m')), 'time', 0],
])('ledger and receipt say when an event goes on that waits for %s', async (...row) => {
  const [, failure, kind, seconds] = row
  const { told, back, waited } = await put([failure])

  expect(back).toEqual([inSeconds(seconds)])
  expect(told).toEqual([failure[0] === 'before' ? undefined : { [kind]: inSeconds(seconds) }])
  const entry = { for: kind, ms: seconds * 1000, expected: textOfTime(inSeconds(seconds)) }
  if (seconds > 0) expect(waited).toEqual([expect.objectContaining(entry)])
})

function lost(): OryTransportError {
  return new OryTransportError('x', { reason: 'reset', mayHaveRun: true, message: 'm' })
}

test.each<[string, Place]>([
  ['in the middle of an attempt', 'within'],
  ['before it is looked at', 'before'],
])('an event that waits for its turn, and then %s for Ory, says both', async (_when, place) => {
  const { back, waited } = await put([
    within(new RateBudgetError('admin-low', inSeconds(30))),
    [place, new CircuitOpenError(inSeconds(90))],
    [place, new CircuitOpenError(inSeconds(150))],
  ])

  expect(back).toEqual([30, 90, 150].map(inSeconds))
  expect(waited).toEqual([
    { for: 'ory', ms: 120_000, expected: textOfTime(inSeconds(150)) },
    {
      for: 'rate-limit',
      ms: 30_000,
      expected: textOfTime(inSeconds(30)),
      turns: { 'admin-low': textOfTime(inSeconds(30)) },
    },
  ])
})

/** A delivery of a message that has waited for Ory for long; the second of two steps fails again. */
async function waitingForLong(isFirstMade: boolean) {
  const step = (body: string): Step => ({
    key: body,
    call: { op: 'queue.send', params: { body } },
    by: 'body',
    ends: [{ what: 'nothing', evidence: 'acknowledged' }],
  })
  const { followUpAfterMs: _none, ...still } = stillWorkflow()
  const made = memoryWorker({ ...still, plan: () => [step('one'), step('two')] })
  const { clock, ledger } = made
  const { ledgerKey } = await made.worker.services()
  const since = clock.now() - 3_600_000
  const waiting = { cause: 'ory', code: 'ERR_ORY_API', deferrals: 9, since } as const
  const attributes = attributesOf(
    { pass: 'first', copies: 9, waiting: { ...waiting, sinceByCause: { ory: since } } },
    { body: 'alice', ledgerKey, now: clock.now() },
  )
  const outbox: typeof made.outbox = {
    ...made.outbox,
    async send(sent) {
      if (sent.body === 'two' || (sent.body === 'one' && !isFirstMade)) throw unavailable()
      await made.outbox.send(sent)
    },
  }
  await deliver(
    { messageId: 'm', body: 'alice', attributes },
    { deadline: clock.now() + 57_000 },
    { ...made.worker, outbox },
  )
  const copy = made.outbox.sent.find(({ body }) => body === 'alice')
  return { expected: ledger.rows[0]?.expected?.ory, back: start + (copy?.delaySeconds ?? 0) * 1000 }
}

test.each([
  ['got somewhere', true, 5],
  ['got nowhere', false, 900],
])(
  'an event that waited for long and %s comes back when its row says',
  async (_what, isMade, seconds) => {
    expect(await waitingForLong(isMade)).toEqual({
      expected: inSeconds(seconds),
      back: inSeconds(seconds),
    })
  },
)
