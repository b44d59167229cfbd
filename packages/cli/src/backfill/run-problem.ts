import { LedgerConflictError } from '@lapse/core/errors'
import { CommandError } from '../errors.ts'
import { planProblem } from '../plan/plan-problem.ts'
import type { RunPlace } from './find-run-place.ts'

/** An error of a run as `lapse` tells it; whatever it is, the next run goes on from there. */
export function runProblem(
  error: unknown,
  { ory, ledger }: RunPlace,
  signal: AbortSignal,
): unknown {
  if (signal.aborted)
    return new CommandError('interrupted; run the same command again, which goes on from there', {
      cause: error,
    })
  if (error instanceof LedgerConflictError)
    return new CommandError(
      'another lapse run has taken this file over, and goes on with it; nothing was sent twice as another event',
      { cause: error },
    )
  const { ORY_IDENTITIES_URL: identitiesUrl } = ledger.variables
  return planProblem(error, { ...ory, identitiesUrl })
}
