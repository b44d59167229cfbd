import { EventError } from '../errors.ts'
import { type JsonProblem, problemWithJson } from '../json/index.ts'

/** Deeper than any event; what walks through a value may take a call for each level. */
export const mostLevels = 32

const reasons: Readonly<Record<JsonProblem, string>> = {
  repeats: 'duplicate-member: an object holds the same member twice',
  nests: 'malformed-event: it is nested too deeply',
}

/** The reason of what nests deeper than anything that is read. */
export const nestedTooDeeply = reasons.nests

/**
 * A text as the JSON it is, where all readers agree on what that is: of a member that occurs twice
 * `JSON.parse` takes the last, and others the first (RFC 8259 section 4).
 *
 * @param levels how deeply objects and arrays may be nested
 * @throws EventError `not-json`, `duplicate-member`, `malformed-event`
 */
export function parseJson(text: string, levels = mostLevels): unknown {
  const value = parse(text)
  const problem = problemWithJson(text, levels)
  if (problem !== undefined) throw new EventError(reasons[problem])
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a subject.
    throw new EventError('not-json')
  }
}
