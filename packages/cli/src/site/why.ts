import { RefusedError, UnavailableError } from '@lapse/core/errors'
import { awsProblem, shellProblem, unavailableLine } from '../aws-problem.ts'
import { failureOf } from '../failure.ts'
import { forPerson } from '../missing-right.ts'
import { CannotTell } from './cannot-tell.ts'

/** Why something could not be read, in one line; AWS's own messages may quote anything, so only their names are told. */
export function whyNot(error: unknown): string {
  if (error instanceof CannotTell) return error.message
  const problem = shellProblem(error, process.env)
  if (problem !== undefined) return problem.message
  if (error instanceof UnavailableError) return unavailableLine(error)
  if (error instanceof RefusedError) return error.message
  if (isOfAws(error)) return ofAws(error)
  const line = failureOf(error)?.line ?? 'nothing was said'
  return forPerson(line)
}

interface OfAws extends Error {
  readonly code?: string
}

/** The SDK's errors have what it knows of the request; those of the network only their code. */
function isOfAws(error: unknown): error is OfAws {
  return error instanceof Error && ('$metadata' in error || /^E[A-Z]+$/.test(codeOf(error)))
}

function ofAws(error: OfAws): string {
  const name = codeOf(error) || error.name
  const problem = awsProblem({ name, asked: 'AWS' }, process.env, { cause: error })
  return problem?.message ?? `AWS answered ${name}`
}

function codeOf({ code }: OfAws): string {
  return typeof code === 'string' ? code : ''
}
