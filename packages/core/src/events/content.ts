import { EventError } from '../errors.ts'
import { readUtf8 } from '../json/index.ts'
import { isBase64 } from './base64.ts'
import { parseJson } from './json.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * A CloudEvent with its content as a value in `data`. Some senders put JSON there as a text, or the
 * bytes of that text in `data_base64`.
 * @throws EventError where what should be JSON is none, or there are two contents
 */
export function withReadContent(event: Members): Members {
  const read = withContent(event)
  // To the library that checks the rest, a list is an object as well.
  if (Array.isArray(read['data'])) throw new EventError('malformed-event: data has to be an object')
  return read
}

function withContent(event: Members): Members {
  const { data, data_base64: bytes } = event
  // Which of the two is read would be for each reader to choose.
  if (data !== undefined && bytes !== undefined)
    throw new EventError('malformed-event: it holds data and data_base64; send one of them')
  if (typeof data === 'string') return { ...event, data: contentIn(data, 'data') }
  if (bytes === undefined) return event
  return { ...event, data: contentIn(textOf(bytes), 'data_base64') }
}

function textOf(bytes: unknown): string {
  if (typeof bytes !== 'string' || !isBase64(bytes))
    throw new EventError('malformed-event: data_base64 is not base64')
  const text = readUtf8(Buffer.from(bytes, 'base64'))
  if (text === undefined) throw new EventError('malformed-event: data_base64 is not UTF-8')
  return text
}

function contentIn(text: string, member: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof EventError && error.reason !== 'not-json') throw error
    throw new EventError(`malformed-event: ${member} holds a text that is not JSON`)
  }
}
