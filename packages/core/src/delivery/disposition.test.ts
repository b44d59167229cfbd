import { expect, test } from 'vitest'
import {
  CircuitOpenError,
  ConfigError,
  DeadlineError,
  EventError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryTransportError,
  RateBudgetError,
  RefusedError,
  UnavailableError,
  VerificationError,
} from '../errors.ts'
import { dispositionOf } from './disposition.ts'
import { mostCopies } from './said.ts'
import { deferAgain, type Waiting } from './waiting.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const day = 24 * 60 * 60 * 1000

const api = (status: number, retryable: boolean, retryAfterMs?: number) =>
  new OryApiError('getOAuth2Client', { status, body: {}, retryable, retryAfterMs })
const lost = (reason: 'connect' | 'reset' | 'timeout') =>
  new OryTransportError('x', { reason, mayHaveRun: reason !== 'connect', message: 'm' })
const raw = (name: string) => Object.assign(new Error('m'), { name })

function waited(rest: Partial<Waiting>): Waiting {
  return { cause: 'ory', code: 'X', deferrals: 1, since: now, sinceByCause: {}, ...rest }
}

test.each([
  ['a bug', new TypeError('x is undefined')],
  ['a number out of its range', new RangeError('Invalid array length')],
  ['something thrown that is not an error', 'oops'],
  ['something that is still there', new VerificationError('user-deleted', { consents: 1 })],
])('leaves %s to the queue', (_name, error) => {
  expect(dispositionOf(error, undefined, now)).toEqual({ next: 'retry' })
})

test.each([
  ['a message that is not an event', new EventError('not-json'), 'not-json'],
  ['what may not be done', new RefusedError('protected-issuer'), 'protected-issuer'],
  ['a 400', api(400, false), 'ERR_ORY_API: getOAuth2Client was answered 400'],
  [
    'a call that is never sent',
    new OryArgumentError('x', 'subject', 'is empty'),
    'ERR_ORY_ARGUMENT: x: subject is empty',
  ],
  [
    'an id that no path leads to',
    new OryArgumentError('x', 'id', 'ends in a slash', 'unaddressable-id'),
    'unaddressable-id',
  ],
  [
    'what recurses without an end',
    new RangeError('Maximum call stack size exceeded'),
    'nested-too-deeply',
  ],
])('sends %s to the DLQ with its reason', (_name, error, reason) => {
  expect(dispositionOf(error, undefined, now)).toEqual({ next: 'dead-letter', reason })
})

test.each([
  ['a missing setting', new ConfigError('ORY_ADMIN_URL is not set'), 'deployment', 60],
  ['a refused key', new OryConfigurationError('x', 'unauthorized', 'refused'), 'deployment', 60],
  ['what AWS does not let us do', raw('AccessDeniedException'), 'deployment', 60],
  ['another delivery at work', new LeaseHeldError(now + 30_000), 'aws', 1],
  ['a lease that ends at once', new LeaseHeldError(now), 'aws', 0],
  ['a place in the line of a lease', new LeaseHeldError(now + 30_000, now + 6500), 'aws', 7],
  ['a lost row', new LedgerConflictError('taken over'), 'aws', 0],
  ['no time left', new DeadlineError('no time'), 'aws', 0],
  ['an aborted call', new OryAbortedError('x'), 'aws', 0],
  ['a rate limit that is used up', new RateBudgetError('admin-low', now + 4400), 'aws', 5],
  ['a turn, a little before it', new RateBudgetError('admin-low', now + 4200), 'aws', 4],
  ['a turn that is now', new RateBudgetError('admin-low', now + 200), 'aws', 0],
  ['a place in a long line', new RateBudgetError('admin-low', now + 7_200_000), 'aws', 7200],
  ['an Ory that is down', new CircuitOpenError(now + 10_000), 'ory', 10],
  ['a table that is throttled', new UnavailableError('table t', 'X'), 'aws', 5],
  ['a raw error of a table', raw('ProvisionedThroughputExceededException'), 'aws', 5],
  ['a raw error of a key', raw('KmsThrottled'), 'aws', 5],
  ['a rate limit', api(429, true), 'ory', 5],
  ['a rate limit that names its end', api(429, true, 42_000), 'ory', 42],
  ['a rate limit longer than a queue delays', api(429, true, 3_600_000), 'ory', 3600],
  ['a rate limit that nobody can mean', api(429, true, 99 * day), 'ory', 86_400],
  ['a 503', api(503, true), 'ory', 5],
  ['a 503 that names its end', api(503, true, 42_000), 'ory', 42],
  ['a 500 to a call that is not to be sent again', api(500, false), 'ory', 5],
  ['a server that is not there', lost('connect'), 'ory', 5],
  ['a lost answer', lost('reset'), 'ory', 5],
  ['an answer that does not come', lost('timeout'), 'ory', 5],
])('defers a message for %s', (_name, error, cause, seconds) => {
  expect(dispositionOf(error, undefined, now)).toEqual({ next: 'defer', cause, seconds })
})

/** @param inLine how many of the deferrals were for the rate limit, and how many for a lease */
const secondsAfter = (
  error: unknown,
  deferrals: readonly number[],
  inLine: (deferrals: number) => Pick<Waiting, 'paced' | 'leased'> = () => ({}),
) =>
  deferrals
    .map((n) => dispositionOf(error, waited({ deferrals: n, ...inLine(n) }), now))
    .map((disposition) => 'seconds' in disposition && disposition.seconds)

test('defers for longer each time, up to a quarter of an hour', () => {
  const never = new ConfigError('ORY_ADMIN_URL is not set')

  expect(secondsAfter(never, [0, 1, 2, 3, 4, 50])).toEqual([60, 120, 240, 480, 900, 900])
  expect(secondsAfter(api(503, true), [0, 1, 2, 7, 8, 50])).toEqual([5, 10, 20, 640, 900, 900])
})

test('comes again at once but once while there is never time enough', () => {
  expect(secondsAfter(new DeadlineError('no time'), [0, 1, 2, 3])).toEqual([0, 2, 4, 8])
})

test('comes when it was told to come, and later only where that was in vain for long', () => {
  const soon = new RateBudgetError('admin-low', now + 7000)
  expect(secondsAfter(soon, [0, 3, 63, 67, 82], (paced) => ({ paced }))).toEqual([7, 7, 7, 16, 900])
})

test('comes at its turn for a lease, and later where its holder seems to have died', () => {
  const soon = new LeaseHeldError(now + 60_000, now + 1500)

  expect(secondsAfter(soon, [0, 1, 3, 4, 6, 50], (leased) => ({ leased }))).toEqual([
    2, 2, 2, 2, 8, 900,
  ])
})

test('standing in line makes no other wait longer, nor the other way round', () => {
  const soon = new RateBudgetError('admin-low', now + 7000)
  const next = new LeaseHeldError(now + 60_000, now + 1500)
  const inLines = { paced: 12, leased: 8 }

  expect(secondsAfter(api(503, true), [20, 21, 22], () => inLines)).toEqual([5, 10, 20])
  expect(secondsAfter(soon, [90], () => ({ paced: 1, leased: 70 }))).toEqual([7])
  expect(secondsAfter(next, [90], () => ({ paced: 70, leased: 1 }))).toEqual([2])
})

test('counts each line by itself, as often as a message was put off for it', () => {
  const codes = ['ERR_LEASE_HELD', 'ERR_ORY_API', 'ERR_RATE_BUDGET', 'ERR_LEASE_HELD', 'toString']
  const waiting = codes.reduce<Waiting | undefined>(
    (before, code) => deferAgain(before, { cause: 'aws', code }, now),
    undefined,
  )

  expect(waiting).toMatchObject({ deferrals: 5, paced: 1, leased: 2 })
})

test('comes less and less often while Ory stays down', () => {
  expect(secondsAfter(new CircuitOpenError(now + 10_000), [0, 1, 3, 50])).toEqual([10, 10, 40, 900])
})

test('asks no earlier than Ory said, however often it was asked', () => {
  expect(secondsAfter(api(429, true, 42_000), [0, 3, 4])).toEqual([42, 42, 80])
})

test.each([
  ['deployment', new OryConfigurationError('x', 'dns', 'm'), 4, 'ERR_ORY_CONFIGURATION'],
  ['ory', api(429, true), 10, 'ERR_ORY_API'],
  ['aws', raw('ThrottlingException'), 10, 'ThrottlingException'],
] as const)('waits for %s for so many days, and then says so', (cause, error, days, code) => {
  const since = (time: number) => waited({ since: time, sinceByCause: { [cause]: time } })

  expect(dispositionOf(error, since(now - days * day + 1), now)).toMatchObject({ next: 'defer' })
  expect(dispositionOf(error, since(now - days * day), now)).toEqual({
    next: 'dead-letter',
    reason: `deferred-too-long: ${code}`,
  })
})

test('gives each cause its own time', () => {
  const waiting = waited({ since: now - 9 * day, sinceByCause: { ory: now - 9 * day } })

  expect(dispositionOf(new ConfigError('m'), waiting, now)).toMatchObject({ next: 'defer' })
})

test('waits for no more than twelve days in all', () => {
  const ago = (ms: number) =>
    waited({ since: now - ms, sinceByCause: { deployment: now - ms, ory: now - 3 * day } })

  expect(dispositionOf(api(429, true), ago(12 * day - 1), now)).toMatchObject({ next: 'defer' })
  expect(dispositionOf(api(429, true), ago(12 * day), now)).toMatchObject({ next: 'dead-letter' })
})

test.each([
  ['a rate limit that others use up again and again', () => new RateBudgetError('x', now + 2000)],
  ['an Ory that is down', () => new CircuitOpenError(now + 10_000)],
  ['a lease that others always hold', () => new LeaseHeldError(now + 60_000, now + 300)],
])('waits for %s for ten days without making too many copies', (_what, error) => {
  let copies = 0
  let waits: Waiting | undefined
  for (let waitedMs = 0; waitedMs < 10 * day; copies += 1) {
    const disposition = dispositionOf(error(), waits, now)
    if (disposition.next !== 'defer') throw new Error(disposition.next)
    waits = deferAgain(waits, { cause: disposition.cause, code: error().code }, now)
    waitedMs += Math.max(1, disposition.seconds) * 1000
    if (copies > 2 * mostCopies) break
  }

  expect(copies).toBeLessThan(mostCopies)
})
