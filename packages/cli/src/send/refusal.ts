import type { EventError } from '@lapse/core/errors'
import { faultInJson } from '@lapse/core/json'

/** Why a body is not an event that lapse takes, in words that say what to do, and nothing of its own. */
export function refusalOf({ reason }: EventError, body: string): string {
  if (body.trim() === '') return 'it is empty'
  if (reason === 'not-json') return jsonProblem(body)
  const [word = ''] = reason.split(':')
  return advice[word] ?? reason
}

const advice: Readonly<Record<string, string>> = {
  'unknown-envelope':
    'it is neither a CloudEvent, which says its specversion, nor anything known to carry one; content alone (binary mode) and what a sender of webhooks sends are not read: lapse example prints what is',
  'private-key':
    'private-key: it holds one; replace that key, as others may know it, and send the public part of the new one',
}

function jsonProblem(body: string): string {
  const fault = faultInJson(body)
  if (fault === undefined) return 'it carries a text that is not JSON'

  const { line, column, problem, values } = fault
  if (body.startsWith('\uFEFF')) return `${problem}; save it as UTF-8 without one`
  if (values !== undefined)
    return `it holds ${values} events, the second from line ${line}, column ${column} on; a message is one event, so send each of them by itself`
  return `it is not JSON: line ${line}, column ${column}: ${problem}`
}
