import { expect, test } from 'vitest'
import {
  ConfigError,
  DeadlineError,
  EventError,
  type LapseError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  OryApiError,
  OryArgumentError,
  OryConfigurationError,
  OryResponseError,
  OryTransportError,
  RefusedError,
  RotationError,
  UnavailableError,
  VerificationError,
  type WaitingCause,
} from '../errors.ts'

const answered = (status: number, retryable: boolean) =>
  new OryApiError('op', { status, body: {}, retryable })

const transport = { reason: 'reset', mayHaveRun: true, message: 'm' } as const

test.each<[LapseError, WaitingCause | undefined]>([
  [new ConfigError('m'), 'deployment'],
  [new OryConfigurationError('op', 'dns', 'm'), 'deployment'],
  [answered(429, true), 'ory'],
  [answered(400, false), undefined],
  [new OryTransportError('op', transport), 'ory'],
  [new OryResponseError('op', 200, 'm'), undefined],
  [new OryAbortedError('op'), 'aws'],
  [new DeadlineError('m'), 'aws'],
  [new LeaseHeldError(0), 'aws'],
  [new LedgerConflictError('m'), 'aws'],
  [new UnavailableError('table t', 'ThrottlingException'), 'aws'],
  [new VerificationError('w', {}), undefined],
  [new EventError('r'), undefined],
  [new RefusedError('r'), undefined],
  [new OryArgumentError('op', 'p', 'm'), undefined],
  [new RotationError('given-up', 'm'), undefined],
])('says of %s what it waits for: %s', (error, cause) => {
  expect(error.waitsFor).toBe(cause)
  if (cause !== undefined) expect(error.retryable).toBe(true)
  expect(error.configuration).toBe(cause === 'deployment')
})
