import {
  ConfigError,
  LeaseHeldError,
  LedgerConflictError,
  OryAbortedError,
  RefusedError,
  RotationError,
  UnavailableError,
} from '@lapse/core/errors'
import { shellProblem, unavailableLine } from '../aws-problem.ts'
import { CommandError } from '../errors.ts'
import { forPerson } from '../missing-right.ts'
import { commandAt } from '../place/command-at.ts'
import type { StageOption } from '../place/find-place.ts'
import type { Place } from '../place.ts'
import { oryProblem } from '../plan/ory-problem.ts'

/** An error of a rotation as `lapse` tells it; AWS's own by its name alone. */
export function rotationProblem(
  error: unknown,
  { variables, stage }: Pick<Place, 'variables'> & StageOption,
  secret = '<secret>',
): unknown {
  const shell = shellProblem(error, process.env)
  if (shell !== undefined) return shell
  const line = lineOf(error)
  if (line !== undefined)
    return new CommandError(saidOfSecret(line, { stage }, secret), { cause: error })

  const {
    ORY_ADMIN_URL: adminUrl,
    ORY_PUBLIC_URL: publicUrl,
    ORY_API_KEY_SECRET_ID: secretId,
  } = variables
  const problem = oryProblem(error, { adminUrl, publicUrl, apiKey: secretId })
  if (!(problem instanceof CommandError)) return problem
  // Here the key is not a variable, but in the secret that a variable names.
  const told = problem.message.replaceAll('ORY_API_KEY', 'ORY_API_KEY_SECRET_ID')
  return new CommandError(told, { cause: error })
}

/** What core says of a secret to whoever has typed a command, with the commands in it as they are typed for this one, here. */
export function saidOfSecret(text: string, where: StageOption, secret: string): string {
  return forPerson(text)
    .replaceAll('<secret>', secret)
    .replaceAll('lapse rotate', commandAt(where, 'lapse rotate'))
}

/** What to do about it, where the message does not say so itself. */
const advice: Readonly<Record<string, string>> = {
  'secret-missing': '; lapse rotate --status says what to do',
  'secret-not-configured': '; lapse rotate --status names those that are',
}

function lineOf(error: unknown): string | undefined {
  if (error instanceof RotationError)
    return `${error.message} (${error.reason})${advice[error.reason] ?? ''}`
  if (error instanceof ConfigError) return error.message
  if (error instanceof RefusedError) return `the id of the secret is refused (${error.reason})`
  if (error instanceof UnavailableError) return unavailableLine(error)
  if (error instanceof OryAbortedError) return 'interrupted; run it again, which goes on from there'
  if (error instanceof LeaseHeldError || error instanceof LedgerConflictError) {
    return 'somebody else works on this client just now; try again in a minute'
  }
  return awsLine(error)
}

/** AWS's own messages may quote what was sent, so only their names are told. */
function awsLine(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return '$metadata' in error ? `AWS refused (${error.name}); see lapse rotate --status` : undefined
}
