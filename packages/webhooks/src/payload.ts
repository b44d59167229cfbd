import { EventError } from '@lapse/core/errors'
import { parseJson, readUtf8 } from '@lapse/core/events'

/** Deeper than any event that somebody else's system sends. */
const mostLevels = 32

/** Names of members from the outside in; a text has full stops between them. */
export type Path = string | readonly string[]

/**
 * A body as the JSON it is.
 * @throws EventError `not-utf-8`, `not-json`, `duplicate-member`, `malformed-event`
 */
export function readPayload(body: Uint8Array): unknown {
  const text = readUtf8(body)
  if (text === undefined) throw new EventError('not-utf-8')
  return parseJson(text, mostLevels)
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

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
