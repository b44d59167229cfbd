import { expect, test } from 'vitest'
import {
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
  RefusedError,
  VerificationError,
} from '../errors.ts'
import { dispositionOf } from './disposition.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const fresh = { pass: 'first' } as const
const day = 24 * 60 * 60 * 1000

const api = (status: number, retryable: boolean, retryAfterMs?: number) =>
  new OryApiError('getOAuth2Client', { status, body: {}, retryable, retryAfterMs })

test.each([
  ['a bug', new TypeError('x is undefined')],
  ['something thrown that is no error', 'oops'],
  ['a 503', api(503, true)],
  [
    'a lost answer',
    new OryTransportError('x', { reason: 'reset', mayHaveRun: true, message: 'm' }),
  ],
  ['something that is still there', new VerificationError('user-deleted', { consents: 1 })],
])('leaves %s to the queue', (_name, error) => {
  expect(dispositionOf(error, fresh, now)).toEqual({ next: 'retry' })
})

test.each([
  ['a message that is no event', new EventError('not-json'), 'not-json'],
  ['what may not be done', new RefusedError('protected-issuer'), 'protected-issuer'],
  ['a 400', api(400, false), 'ERR_ORY_API: getOAuth2Client was answered 400'],
  [
    'a call that is never sent',
    new OryArgumentError('x', 'subject', 'is empty'),
    'ERR_ORY_ARGUMENT: x: subject is empty',
  ],
])('sends %s to the DLQ with its reason', (_name, error, reason) => {
  expect(dispositionOf(error, fresh, now)).toEqual({ next: 'dead-letter', reason })
})

test.each([
  ['a missing setting', new ConfigError('ORY_ADMIN_URL is not set'), 60],
  ['a refused key', new OryConfigurationError('x', 'unauthorized', 'refused'), 60],
  ['another delivery at work', new LeaseHeldError(now + 30_000), 1],
  ['a lease that ends at once', new LeaseHeldError(now), 0],
  ['a lost row', new LedgerConflictError('taken over'), 0],
  ['no time left', new DeadlineError('no time'), 0],
  ['an aborted call', new OryAbortedError('x'), 0],
  ['a rate limit', api(429, true), 5],
  ['a rate limit that names its end', api(429, true, 42_000), 42],
])('puts a message off for %s', (_name, error, delaySeconds) => {
  expect(dispositionOf(error, fresh, now)).toEqual({ next: 'defer', delaySeconds })
})

test('puts off for longer each time, and never for longer than a queue delays', () => {
  const error = new ConfigError('ORY_ADMIN_URL is not set')
  const delays = [0, 1, 2, 3, 4, 50].map((deferrals) =>
    dispositionOf(error, { pass: 'first', deferrals, deferredSince: now }, now),
  )

  expect(delays).toEqual(
    [60, 120, 240, 480, 900, 900].map((delaySeconds) => ({ next: 'defer', delaySeconds })),
  )
})

test('goes round in no circle while there is never time enough', () => {
  const delays = [1, 2, 3].map((deferrals) =>
    dispositionOf(new DeadlineError('no time'), { pass: 'first', deferrals }, now),
  )

  expect(delays).toEqual([2, 4, 8].map((delaySeconds) => ({ next: 'defer', delaySeconds })))
})

test('ends a deferral in the DLQ after a day, with what it waited for', () => {
  const error = new OryConfigurationError('x', 'dns', 'no such host')
  const since = (ago: number) =>
    ({ pass: 'first', deferrals: 9, deferredSince: now - ago }) as const

  expect(dispositionOf(error, since(day - 1), now)).toMatchObject({ next: 'defer' })
  expect(dispositionOf(error, since(day), now)).toEqual({
    next: 'dead-letter',
    reason: 'deferred-too-long: ERR_ORY_CONFIGURATION',
  })
})
