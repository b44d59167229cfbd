import { EventError } from '@lapse/core/errors'
import { readUtf8 } from './utf-8.ts'

/** Deeper than any event; what walks through a value may take a call for each level. */
const mostLevels = 32

/** Names of members from the outside in; a text has full stops between them. */
export type Path = string | readonly string[]

/**
 * A body as the JSON it is. Where a member stands twice the last one counts: what is queued is
 * written anew, so that nobody reads the other.
 *
 * @throws EventError `not-utf-8`, `not-json`, `malformed-event`
 */
export function readPayload(body: Uint8Array): unknown {
  const text = readUtf8(body)
  if (text === undefined) throw new EventError('not-utf-8')

  const payload = parseJson(text)
  if (isDeeperThan(mostLevels, payload))
    throw new EventError('malformed-event: it is nested too deeply')
  return payload
}

/** What stands at a path; only what an object says itself, and never what it inherits. */
export function memberAt(payload: unknown, path: Path): unknown {
  const names = typeof path === 'string' ? path.split('.') : path
  return names.reduce(
    (value, name) =>
      isObject(value) && Object.hasOwn(value, name) ? (value as Members)[name] : undefined,
    payload,
  )
}

type Members = Readonly<Record<string, unknown>>

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a subject.
    throw new EventError('not-json')
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (!isObject(value)) return false
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
