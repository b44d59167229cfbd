import { expect, test } from 'vitest'
import {
  CircuitOpenError,
  ConfigError,
  DeadlineError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryApiError,
  OryConfigurationError,
  OryTransportError,
  RateBudgetError,
  UnavailableError,
} from '../errors.ts'
import { type PutOff, type WaitedFor, waitedForOf, waitedUntil } from './waited.ts'

const attempt = (outcome?: string) => ({
  startedAt: 900,
  ...(outcome !== undefined && { endedAt: 1000, outcome }),
})

const putOff = (code: string, change: Partial<PutOff> = {}): PutOff => ({
  cause: 'aws',
  code,
  since: 0,
  sinceByCause: { aws: 0 },
  ...change,
})

test.each<[Error & { readonly code: string }, WaitedFor]>([
  [new ConfigError('m'), 'deployment'],
  [new OryConfigurationError('op', 'dns', 'm'), 'deployment'],
  [new OryApiError('op', { status: 503, body: {}, retryable: true }), 'ory'],
  [new OryTransportError('op', { reason: 'reset', mayHaveRun: true, message: 'm' }), 'ory'],
  [new CircuitOpenError(0), 'ory'],
  [new RateBudgetError('admin-low', 0), 'rate-limit'],
  [new LeaseHeldError(0), 'lease'],
  [new LedgerConflictError('m'), 'lease'],
  [new DeadlineError('m'), 'time'],
  [new OryAbortedError('op'), 'time'],
  [new UnavailableError('table t', 'ThrottlingException'), 'aws'],
])('after %s an event waits for %s', ({ code }, kind) => {
  expect(waitedForOf(code)).toBe(kind)
})

test('a code that is no error of ours names nothing to wait for', () => {
  expect([waitedForOf('Error'), waitedForOf('closed'), waitedForOf('toString')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('an event that comes for the first time, and was not put off, has waited for nothing', () => {
  expect(waitedUntil(5000, undefined, undefined, undefined)).toBe(undefined)
})

test('adds the time since the attempt before to what was waited for already', () => {
  const rate = putOff('ERR_RATE_BUDGET')
  const waited = waitedUntil(5000, { 'rate-limit': 10, ory: 7 }, attempt('ERR_RATE_BUDGET'), rate)

  expect(waited).toEqual({ 'rate-limit': 4010, ory: 7 })
})

test('counts what was waited for before any attempt, each cause from when it first came', () => {
  const waited = waitedUntil(
    9000,
    undefined,
    undefined,
    putOff('ERR_CIRCUIT_OPEN', {
      cause: 'ory',
      since: 1000,
      sinceByCause: { deployment: 1000, ory: 8000 },
    }),
  )

  expect(waited).toEqual({ deployment: 7000, ory: 1000 })
})

test('an Ory that went down while the event stood in line is told beside the line', () => {
  const down = putOff('ERR_CIRCUIT_OPEN', {
    cause: 'ory',
    sinceByCause: { aws: 1000, ory: 3000 },
  })

  expect(waitedUntil(9000, undefined, attempt('ERR_RATE_BUDGET'), down)).toEqual({
    'rate-limit': 2000,
    ory: 6000,
  })
})

test('what the message waited for last counts, where every cause is an old one', () => {
  const down = putOff('ERR_CIRCUIT_OPEN', { cause: 'ory', sinceByCause: { ory: 10, aws: 20 } })

  expect(waitedUntil(9000, undefined, attempt('ERR_RATE_BUDGET'), down)).toEqual({ ory: 8000 })
})

test('a service of AWS that failed is told by its cause, whatever it calls its error', () => {
  const throttled = putOff('ThrottlingException', { since: 1000, sinceByCause: { aws: 1000 } })

  expect(waitedUntil(2000, undefined, undefined, throttled)).toEqual({ aws: 1000 })
})

test.each([
  ['failed unexpectedly, whatever the message says of earlier', 'Error', putOff('ERR_CONFIG')],
  ['was put off, and whose message begins anew', 'ERR_ORY_API', undefined],
])('after an attempt that %s the queue was waited for', (_what, outcome, said) => {
  expect(waitedUntil(4000, undefined, attempt(outcome), said)).toEqual({ redelivery: 3000 })
})

test('after an attempt that died its own time counts, as nobody knows when it did', () => {
  const held = putOff('ERR_LEASE_HELD')

  expect(waitedUntil(4000, undefined, attempt(), held)).toEqual({ lease: 3100 })
  expect(waitedUntil(4000, undefined, attempt(), undefined)).toEqual({ redelivery: 3100 })
})

test('a clock that went back takes nothing away', () => {
  expect(waitedUntil(500, { ory: 7 }, attempt('ERR_ORY_API'), putOff('ERR_ORY_API'))).toEqual({
    ory: 7,
  })
})
