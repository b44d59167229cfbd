import { ConfigError, UnavailableError } from '@lapse/core/errors'
import { shellProblem, unavailableLine } from '../aws-problem.ts'
import { CommandError, UsageError } from '../errors.ts'
import { forPerson } from '../missing-right.ts'
import { type OryUrls, oryProblem } from './ory-problem.ts'

/** @throws UsageError for a setting that is wrong, and whatever else it was as it is */
export function settingsProblem(error: unknown): never {
  throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error
}

/** An error of a plan as `lapse` tells it; AWS's own by its name alone, and what is told already as it is. */
export function planProblem(error: unknown, ory: OryUrls): unknown {
  if (error instanceof CommandError || error instanceof UsageError) return error
  return placeProblem(error) ?? oryProblem(error, ory)
}

/** The same of a place alone; `undefined` where it is something else. */
export function placeProblem(error: unknown): Error | undefined {
  const shell = shellProblem(error, process.env)
  if (shell !== undefined) return shell
  if (error instanceof ConfigError) return configProblem(error)
  if (error instanceof UnavailableError)
    return new CommandError(unavailableLine(error), { cause: error })
  return undefined
}

/** An error of a write to the ledger as `lapse` tells it, and whatever else it was as it is. */
export function unavailableProblem(error: unknown): never {
  throw planProblem(error, { adminUrl: undefined, apiKey: undefined })
}

/** A setting that is missing is the command line's; what AWS answers is not. */
function configProblem(error: ConfigError): Error {
  const isMissing = error.message.includes(' is not set')
  return new (isMissing ? UsageError : CommandError)(forPerson(error.message), { cause: error })
}
