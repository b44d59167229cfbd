import { ConfigError } from '@lapse/core/errors'
import { CommanderError } from 'commander'
import type { CommandLineError } from './command-help.ts'
import { CommandError, exitCodes, UsageError } from './errors.ts'
import { plain } from './output/plain.ts'
import { systemProblem } from './system-problem.ts'

/** How a command ended that did not end well. */
export interface Failure {
  /** What went wrong and what to do about it, in one line. */
  readonly line: string
  readonly exitCode: 1 | 2
}

/** What to say of an error, whatever was thrown; `undefined` where nothing failed (`--help`). */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UsageError || error instanceof CommandError)
    return { line: plain(error.message), exitCode: error.exitCode }
  // A setting that the functions could not read either; its message is written for whoever set it.
  if (error instanceof ConfigError)
    return { line: plain(error.message), exitCode: exitCodes.usage.code }
  if (error instanceof CommanderError) return commandLineFailure(error)
  const line = systemProblem(error) ?? `this is a bug in lapse: ${placeOf(error)}`
  return { line: plain(line), exitCode: exitCodes.notDone.code }
}

function commandLineFailure(error: CommandLineError): Failure | undefined {
  const { code, exitCode: commanders, message, help = 'lapse --help' } = error
  const exitCode = exitCodes.usage.code
  if (commanders === 0) return undefined
  if (code === 'commander.help')
    return { line: `a command is missing; ${help} lists them`, exitCode }
  const problem = message
    .replace(/^error: /, '')
    .replace('(Did you mean', '(did you mean')
    // What stands behind an unknown option may be a secret.
    .replace(/'(--?[^'=\s]+)=[^\n]*'/, "'$1'")
    // So may be an argument too many.
    .replace(/( but got \d+): .*$/s, '$1')
    .replace(/\.\s*$/, '')
  return { line: plain(`${problem}; ${help} shows how`), exitCode }
}

/** A stranger's message may hold anything, so its class and where it was made have to do. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return `a value of type ${typeof error} was thrown`
  const { name, message, stack = '' } = error
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n')
  const frame = frames.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes('node:')) ?? ''
  const place = /([\w.-]+:\d+):\d+\)?$/.exec(frame)?.[1] ?? 'an unknown place'
  return `${name} at ${place}`
}
