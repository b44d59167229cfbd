import { EventError, OryArgumentError, RefusedError } from '../errors.ts'
import { mostReceives } from './dead-letter.ts'
import { type Disposition, isStackOverflow } from './disposition.ts'
import type { Delivered, Message } from './message.ts'

/**
 * Whether an event ends on the DLQ although nothing that it says is refused: it waited for too long,
 * Ory answered what nobody expected, or it failed each time it was received. Refusals do not count,
 * so that no publisher can set off the alarm on it.
 */
export function isGivenUp(
  error: unknown,
  { next }: Disposition,
  { receiveCount = 1 }: Message,
  delivered: Delivered,
): boolean {
  if (delivered === 'retry' && receiveCount >= mostReceives) return !isRefusal(error, next)
  return next === 'dead-letter' && delivered === 'acknowledge' && !isRefusal(error, next)
}

function isRefusal(error: unknown, next: Disposition['next']): boolean {
  if (next !== 'dead-letter' || isOfOurs(error)) return false
  return (
    error instanceof EventError ||
    error instanceof RefusedError ||
    error instanceof OryArgumentError ||
    isStackOverflow(error)
  )
}

/** Refused for what lapse did with it: no publisher can bring that about. */
function isOfOurs(error: unknown): boolean {
  return error instanceof RefusedError && error.reason === 'too-many-copies'
}
