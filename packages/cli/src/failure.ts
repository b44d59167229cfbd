import { CommanderError } from 'commander'
import { CommandError, UsageError } from './errors.ts'
import { plain } from './output/plain.ts'

/** How a command ended that did not end well. */
export interface Failure {
  /** What went wrong and what to do about it, in one line. */
  readonly line: string
  /** 2 where the command line or a setting is wrong, 1 for everything else. */
  readonly exitCode: 1 | 2
}

/** What to say of an error, whatever was thrown; `undefined` where nothing failed (`--help`). */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof UsageError) return { line: plain(error.message), exitCode: 2 }
  if (error instanceof CommandError) return { line: plain(error.message), exitCode: 1 }
  if (error instanceof CommanderError) return commandLineFailure(error)
  return { line: plain(`this is a bug in lapse: ${placeOf(error)}`), exitCode: 1 }
}

function commandLineFailure({ code, exitCode, message }: CommanderError): Failure | undefined {
  if (exitCode === 0) return undefined
  if (code === 'commander.help') {
    return { line: 'a command is missing; lapse --help lists them', exitCode: 2 }
  }
  const problem = message
    .replace(/^error: /, '')
    .replace('(Did you mean', '(did you mean')
    // What stands behind an unknown option may be a secret.
    .replace(/'(--?[^'=\s]+)=[^\n]*'/, "'$1'")
    .replace(/\.\s*$/, '')
  return { line: plain(`${problem}; lapse --help shows how`), exitCode: 2 }
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
