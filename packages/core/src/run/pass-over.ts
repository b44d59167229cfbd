import { OryApiError, OryResponseError, OryTransportError } from '../errors.ts'
import { attemptNumber, type WorkflowRow } from './row.ts'

/** So long after the first trouble nothing that proves nothing is waited for any more. */
export const patienceMs = 60_000

/**
 * Whether Ory failed a call that it had received: by a 5xx, by no answer in time, by an answer that
 * makes no sense. A refused connection or a 429 is waiting, and never passed over.
 */
export function isFailedByOry(error: unknown): boolean {
  if (error instanceof OryApiError) return error.status >= 500
  if (error instanceof OryTransportError) return error.reason !== 'connect'
  return error instanceof OryResponseError
}

/**
 * Whether trouble of this event is old enough for it to go on without what Ory fails. Whom nobody asked,
 * as a circuit was open, was not tried before somebody may look again.
 */
export function isPatienceOver(row: WorkflowRow, now: number, trouble = row.trouble): boolean {
  if (trouble === undefined || now < (trouble.until ?? now)) return false
  return attemptNumber(row) > trouble.attempt || now >= trouble.since + patienceMs
}

/** How long a call that may be passed over may take, in milliseconds; `undefined`: as any other. */
export function patienceLeftMs({ trouble }: WorkflowRow, now: number): number | undefined {
  return trouble === undefined ? undefined : Math.max(0, trouble.since + patienceMs - now)
}
