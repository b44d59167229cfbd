import { EventError } from '@lapse/core/errors'
import { parseJson } from '@lapse/core/events'
import { readUtf8 } from '@lapse/core/json'
import { type FileLine, notUtf8 } from './file-line.ts'
import { longestLineBytes, type RawLine, splitLines, withoutMark } from './split-lines.ts'

/** Lines of JSON: each the subject itself as a text, or an object that has it in one member. */
export async function* ndjsonLines(
  chunks: AsyncIterable<Buffer>,
  column: string,
): AsyncGenerator<FileLine> {
  for await (const raw of splitLines(withoutMark(chunks))) {
    const read = readLine(raw, column)
    if (read !== undefined) yield { line: raw.line, ...read }
  }
}

type Read = { readonly subject: string } | { readonly problem: string } | undefined

function readLine({ bytes }: RawLine, column: string): Read {
  if (bytes === undefined) return { problem: `it is longer than ${longestLineBytes / 1024} KiB` }
  const text = readUtf8(bytes)
  if (text === undefined) return { problem: notUtf8 }
  const json = text.trim()
  return json === '' ? undefined : subjectIn(json, column)
}

function subjectIn(json: string, column: string): Read {
  try {
    const value = parseJson(json)
    if (typeof value === 'string') return { subject: value }
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, column)
    const subject = isObject ? (value as Readonly<Record<string, unknown>>)[column] : undefined
    if (typeof subject === 'string') return { subject }
    return { problem: `it is neither a text nor an object whose member ${column} is one` }
  } catch (error) {
    if (!(error instanceof EventError)) throw error
    return {
      problem: error.reason.startsWith('duplicate-member')
        ? 'it holds a member twice'
        : 'it is not JSON',
    }
  }
}
