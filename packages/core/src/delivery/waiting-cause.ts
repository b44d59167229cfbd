import { LapseError, OryApiError, type WaitingCause } from '../errors.ts'
import { failureOf, type PortFailure } from '../ports/index.ts'

const causeOfFailure: Readonly<Record<PortFailure, WaitingCause>> = {
  deployment: 'deployment',
  unavailable: 'aws',
}

/**
 * What has to change before a message that failed with this error can succeed; `undefined` where
 * waiting is of no use, or where the error is none that is expected.
 */
export function waitingCauseOf(error: unknown): WaitingCause | undefined {
  // Also where the same request is not to be sent again: the next delivery looks before it does.
  if (error instanceof OryApiError && error.status >= 500) return 'ory'
  if (error instanceof LapseError) return error.waitsFor
  const failure = failureOf(error)
  return failure && causeOfFailure[failure]
}
