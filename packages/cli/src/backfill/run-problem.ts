import { LedgerConflictError } from '@lapse/core/errors'
import { CommandError, UsageError } from '../errors.ts'
import { planProblem } from '../plan/plan-problem.ts'
import type { RunPlace } from './find-run-place.ts'

/** An error of a run as `lapse` tells it; whatever it is, the next run goes on from there. */
export function runProblem(error: unknown, { ory }: RunPlace, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new CommandError('interrupted; run the same command again, which goes on from there', {
      cause: error,
    })
  if (error instanceof LedgerConflictError)
    return new CommandError(
      'another lapse run has taken this file over, and goes on with it; nothing was sent twice as another event',
      { cause: error },
    )
  if (error instanceof CommandError || error instanceof UsageError) return error
  return planProblem(error, ory)
}
