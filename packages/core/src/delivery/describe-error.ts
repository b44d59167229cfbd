import { LapseError } from '../errors.ts'
import { failureName, failureOf } from '../ports/index.ts'

/** The code of an error: ours, that of a failing service, or the name of its class. */
export function codeOf(error: unknown): string {
  if (error instanceof LapseError) return error.code
  if (failureOf(error) !== undefined) return failureName(error)
  return error instanceof Error ? error.name : typeof error
}

/** What may be said of an error. The message of one that is not ours may hold anything. */
export function problemOf(error: unknown): string {
  if (error instanceof LapseError) return error.message
  if (!(error instanceof Error)) return 'something was thrown'
  return `${failureOf(error) === undefined ? 'an unexpected error' : 'a service failed'} ${placeOf(error)}`
}

/** Where an error was made, from its stack and without its message. */
function placeOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n')
  return frames.find((frame) => /^\s+at /.test(frame))?.trim() ?? 'at an unknown place'
}
